"""Learn the weights of the FAQ search from labelled questions of other FAQs; see docs/faq-search.md."""
