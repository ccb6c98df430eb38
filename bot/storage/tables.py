"""Every table. Times are integer milliseconds since 1970, UTC; a change here needs a migration beside it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows by itself only for a column that is exactly INTEGER."""

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("platform", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("kind", Text),  # of the event: message, press, ...; unknown of those an older version took
    Column("event", Text),  # JSON; emptied when done, so that no text outlives its use
    Column("state", Text, nullable=False),  # new, done, dead
    Column("tries", Integer, nullable=False, default=0),
    Column("error", Text),
    Column("received", BigInteger, nullable=False),
    UniqueConstraint("platform", "key"),
    Index("ix_inbox_state", "state", "id"),
)
"""Accepted events. The key outlives the event, so that a late second delivery is still known."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("platform", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("post", Text),  # JSON; emptied when sent
    Column("state", Text, nullable=False),  # queued, sent, expired, dead
    Column("tries", Integer, nullable=False, default=0),
    Column("useful_until", BigInteger, nullable=False),
    Column("place", Text),  # JSON of where it stands, once sent
    Column("message", Text),  # its id there
    Column("error", Text),
    Column("created", BigInteger, nullable=False),
    Column("sent", BigInteger),
    Index("ix_outbox_state", "state", "id"),
    Index("ix_outbox_message", "message"),
)
"""Posts on their way, and where they stand once sent."""

watermarks = Table(
    "watermarks",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("place", Text, primary_key=True),  # JSON
    Column("seen", BigInteger, nullable=False),
)
"""Up to when each place was read."""

questions = Table(
    "questions",
    metadata,
    Column("key", Text, primary_key=True),  # of the post that answered it, or would have
    Column("asked", BigInteger, nullable=False),
    Column("address", Text, nullable=False),  # the channel
    Column("place", Text, nullable=False),  # JSON
    Column("message", Text),  # id of the message that asked, where there is one
    Column("member", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("text", Text),  # emptied when the member deletes the message
    Column("band", Text, nullable=False),
    Column("entry", Text),  # the FAQ entry that answered it
    Column("version", Text),
    Column("private", Boolean, nullable=False),
    Column("talk", Text),  # key of the first question of its conversation
    Index("ix_questions_entry", "address", "entry", "asked"),
    Index("ix_questions_member", "member", "asked"),
    Index("ix_questions_message", "message"),
)
"""Questions put to the bot, and the entry (in its version then) that answered them, if one did."""

lines = Table(
    "lines",
    metadata,
    Column("address", Text, primary_key=True),  # the channel
    Column("message", Text, primary_key=True),
    Column("part_of", Text, primary_key=True),  # id of the message that asked
    Column("at", BigInteger, nullable=False),
    Index("ix_lines_part_of", "address", "part_of"),
)
"""Further messages whose words stand in a question's text: lines sent before or after it, and what it goes on with."""

shown = Table(
    "shown",
    metadata,
    Column("talk", Text, primary_key=True),
    Column("entry", Text, primary_key=True),
    Column("member", Text, primary_key=True),  # who saw it; empty for everybody
    Column("at", BigInteger, nullable=False),
)
"""The entries shown or offered in a conversation, so that none is offered twice in it."""

votes = Table(
    "votes",
    metadata,
    Column("question", Text, primary_key=True),
    Column("member", Text, primary_key=True),
    Column("via", Text, primary_key=True),  # button, reaction
    Column("value", Integer, nullable=False),  # 1 helped, -1 did not
    Column("at", BigInteger, nullable=False),
)
"""Whether an answer helped: one vote a member and way, the latest counts."""

handovers = Table(
    "handovers",
    metadata,
    Column("question", Text, primary_key=True),
    Column("member", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("details", Text),
    Column("closed", BigInteger),
    Column("closed_by", Text),
    Index("ix_handovers_closed", "closed", "at"),
)
"""Questions that a member wants a person to answer."""

proposals = Table(
    "proposals",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("question", Text, nullable=False, unique=True),  # that was answered
    Column("member", Text, nullable=False),  # who asked it, and said that the answer helped
    Column("asked", BigInteger, nullable=False),
    Column("entry", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("text", Text, nullable=False),  # without anything personal
    Column("words", Text, nullable=False),  # its canonical form
    Column("lead", Text, nullable=False),  # canonical form of the first wording like it
    Index("ix_proposals_entry", "entry", "language"),
)
"""Wordings that may become phrasings of an entry, one a question; those with one lead are one proposal."""

rejections = Table(
    "rejections",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("wording", LargeBinary, primary_key=True),  # hash of its canonical form
    Column("at", BigInteger, nullable=False),
)
"""Wordings that staff did not want as phrasings; they are not proposed again."""

vectors = Table(
    "vectors",
    metadata,
    Column("key", LargeBinary, primary_key=True),  # hash of model, kind and text
    Column("vector", LargeBinary, nullable=False),
)
"""Vectors of the FAQ's texts: what took long to compute, and could be computed again."""

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("platform", Text, nullable=False),
    Column("key", Text, nullable=False),  # the message's own id
    Column("channel", Text, nullable=False),
    Column("thread", Text),  # id of the message it stands under
    Column("reply_to", Text),
    Column("member", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("voice", Text, nullable=False),  # official, peer, bot
    Column("text", Text, nullable=False),
    Column("words", Text, nullable=False),  # casefolded, for the search
    Column("post", Text),  # JSON, of what the bot said
    Column("private_to", Text),
    Column("edited", Boolean, nullable=False),
    UniqueConstraint("platform", "key"),
    Index("ix_messages_channel", "platform", "channel", "thread", "id"),
)
"""Messages of a platform without a memory of its own: the web community."""

reactions = Table(
    "reactions",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("message", Text, primary_key=True),
    Column("member", Text, primary_key=True),
    Column("emoji", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
)
"""What was left on those messages."""
