"""Commands, presses, shortcuts and submissions: their payloads, and what becomes of the bot's answers.

Docs: "Implementing slash commands", "Handling user interaction in your Slack apps", "Modals".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import wire
from .blocks import view_problems
from .envelopes import Answer, Envelope
from .responses import Responses
from .state import Channel, Json, Message, User, View
from .views import Views
from .world import World

# What Slack tells the person when the bot stays silent.
TIMEOUT = "operation_timeout"


class Interactions:
    """Builds what the bot is sent when a person uses it, and acts on the acknowledgement."""

    def __init__(self, world: World, responses: Responses, views: Views) -> None:
        self._world, self._responses, self._views = world, responses, views
        self.command = "/regulars"
        self.shortcuts: dict[str, str] = {}

    # -- slash commands -----------------------------------------------------------------------------------------------

    def use_command(self, user: User, channel: Channel, text: str) -> None:
        space = self._world.space
        url = self._responses.open("commands", user, channel)
        payload = {
            "token": self._world.verification,
            "team_id": space.team,
            "team_domain": space.domain,
            "channel_id": channel.id,
            "channel_name": "directmessage" if channel.im_user else channel.name,
            "user_id": user.id,
            "user_name": user.name,
            "command": self.command,
            "text": text,
            "api_app_id": space.app,
            "is_enterprise_install": "false",
            "response_url": url.address,
            "trigger_id": self._views.new_trigger(user),
        }

        def answered(answer: Answer) -> None:
            if answer:
                body = {"text": answer} if isinstance(answer, str) else answer
                self._responses.show(url, body, f"answer to {self.command} {text}")

        # The sample has a boolean where Slack's form body has the word.
        shown = payload | {"is_enterprise_install": False}
        self._note(self._world.shapes.interaction("slash-commands/SlashCommand", shown))
        self._send("slash_commands", payload, user, channel, answered, f"{self.command} {text}")

    # -- things under a message ---------------------------------------------------------------------------------------

    def use_element(self, user: User, where: Message | View, action: Json) -> None:
        """A press or a choice, in a message, a modal or the App Home."""
        payload = self._head("block_actions", user) | {"trigger_id": self._views.new_trigger(user)}
        payload["actions"] = [action | {"action_ts": self._world.space.new_ts()}]
        channel = None
        if isinstance(where, View):
            payload |= {"view": self._told_view(where), "container": {"type": "view", "view_id": where.id}}
        else:
            channel = self._world.space.channels[where.channel]
            payload |= self._message_part(user, where, channel)
        self._note(self._world.shapes.interaction("interactive-components/BlockAction", payload))
        self._send("interactive", payload, user, channel, None, f"action {action.get('action_id')}")

    def _message_part(self, user: User, message: Message, channel: Channel) -> Json:
        private = message.only_for is not None
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": private,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        part: Json = {
            "container": container,
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "response_url": self._responses.open("actions", user, channel, message).address,
            "state": {"values": message.picked.get(user.id, {})},
        }
        # Ephemeral messages are not stored, so their payloads come without the message.
        return part if private else part | {"message": self._told_message(message)}

    def use_shortcut(self, user: User, label: str, message: Message) -> None:
        """A message shortcut."""
        channel = self._world.space.channels[message.channel]
        payload = wire.without(self._head("message_action", user), "api_app_id") | {
            "callback_id": self.shortcuts[label],
            "trigger_id": self._views.new_trigger(user),
            "message_ts": message.ts,
            "response_url": self._responses.open("actions", user, channel, message).address,
            "message": self._told_message(message),
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "action_ts": self._world.space.new_ts(),
        }
        payload["user"] = wire.without(payload["user"], "username")
        self._note(self._world.shapes.interaction("interactive-components/MessageShortcut", payload))
        self._send("interactive", payload, user, channel, None, f"shortcut {label}")

    def _told_message(self, message: Message) -> Json:
        told = wire.stored(self._world.space, message)
        return wire.without(told, "reactions")

    # -- modals -------------------------------------------------------------------------------------------------------

    def submit(self, user: User, view: View) -> None:
        payload = self._head("view_submission", user) | {
            "trigger_id": self._views.new_trigger(user),
            "view": self._told_view(view),
        }
        payload["response_urls"] = []
        self._note(self._world.shapes.interaction("views/ViewSubmission", wire.without(payload, "response_urls")))
        user.trouble = None

        def answered(answer: Answer) -> None:
            self._submission_answered(user, view, answer)

        self._send("interactive", payload, user, None, answered, f"submission of {view.body.get('callback_id')}")

    def close(self, user: User, view: View) -> None:
        """The person closes a modal; the bot learns of it if it asked to."""
        self._views.close(user, view)
        if view.body.get("notify_on_close"):
            payload = self._head("view_closed", user) | {"view": self._told_view(view), "is_cleared": False}
            self._note(self._world.shapes.interaction("views/ViewClosed", payload))
            self._send("interactive", payload, user, None, None, "view_closed")

    def _submission_answered(self, user: User, view: View, answer: Answer) -> None:
        answer = answer if isinstance(answer, dict) else {}
        match answer.get("response_action"):
            case None:
                self._views.close(user, view)
            case "clear":
                user.modals.clear()
            case "errors":
                self._show_errors(user, view, answer.get("errors"))
            case "update" | "push" as action:
                self._follow(user, view, action, answer.get("view"))
            case other:
                self._refused(user, f"response_action {other} is unknown")

    def _show_errors(self, user: User, view: View, errors: object) -> None:
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not isinstance(errors, Mapping) or not errors or not errors.keys() <= inputs:
            return self._refused(user, f"errors {errors!r} do not name input blocks of {sorted(inputs)}")
        view.errors = {key: str(text) for key, text in errors.items()}
        return None

    def _follow(self, user: User, view: View, action: str, body: Any) -> None:
        if problems := view_problems(body, kind="modal"):
            return self._refused(user, f"response_action {action}: {'; '.join(problems)}")
        if action == "update":
            return self._world.change_view(view, self._views.complete(body))
        if error := self._views.push(user, body):
            return self._refused(user, f"response_action push: {error}")
        return None

    def _refused(self, user: User, why: str) -> None:
        user.trouble = "We had some trouble connecting. Try again?"
        self._world.violation(f"view_submission: {why}")

    # -- common -------------------------------------------------------------------------------------------------------

    def _told_view(self, view: View) -> Json:
        told = wire.view(self._world.space, view)
        self._note(self._world.shapes.view(told))
        return told

    def _head(self, kind: str, user: User) -> Json:
        space = self._world.space
        return {
            "type": kind,
            "team": {"id": space.team, "domain": space.domain},
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": space.team},
            "api_app_id": space.app,
            "token": self._world.verification,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _send(self, kind: Any, payload: Json, user: User, channel: Channel | None, answered: Any, what: str) -> None:
        def failed() -> None:
            self._world.violation(f"{what}: not acknowledged within 3 s")
            if kind == "interactive" and payload["type"] == "view_submission":
                user.trouble = "We had some trouble connecting. Try again?"
            else:
                where = channel or self._world.space.direct(user.id)
                self._world.slackbot_says(user.id, where.id, f"{what} failed with the error {TIMEOUT}")

        accepts = kind == "slash_commands" or payload.get("type") == "view_submission"
        self._world.deliver(Envelope(kind, payload, accepts, answered, failed))

    def _note(self, mismatches: list[str]) -> None:
        self._world.violations += mismatches
