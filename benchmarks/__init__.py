"""What the README's figures come from: ``python -m benchmarks`` measures all, ``python -m benchmarks core`` one.

Every figure is measured beside its baseline in the same run, in turns, and given as a median; a ratio of the two says
more than either, as machines differ. A benchmark is not a test: it always exits with 0 and says which targets were met.
"""
