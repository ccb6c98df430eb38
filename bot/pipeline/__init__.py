"""The way of an event: inbox -> dispatch -> commit -> outbox (DESIGN: accepted once, answered once, whatever fails)."""
