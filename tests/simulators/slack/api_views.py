"""views.*, apps.connections.open and api.test (docs: the method pages)."""

from __future__ import annotations

from typing import Any

from . import wire
from .blocks import view_problems
from .calls import Call, SlackError, invalid
from .state import Json, User, View


def _body(call: Call, kind: str) -> Any:
    body = call.decoded("view")
    if problems := view_problems(body, kind=kind):
        raise invalid("invalid_arguments", problems)
    return body


def _told(call: Call, view: View) -> Json:
    told = wire.view(call.space, view)
    call.world.violations += call.world.shapes.view(told)
    return {"view": told}


def _person(call: Call) -> User:
    found = call.views.take_trigger(call.text("trigger_id"))
    if isinstance(found, str):
        raise SlackError(found)
    return found


def open_view(call: Call) -> Json:
    body = _body(call, "modal")
    return _told(call, call.views.open(_person(call), body))


def push(call: Call) -> Json:
    body, user = _body(call, "modal"), _person(call)
    if error := call.views.push(user, body):
        raise SlackError(error)
    return _told(call, user.modals[-1])


def update(call: Call) -> Json:
    view = call.views.find(call.text("view_id"), call.text("external_id"))
    if view is None:
        raise SlackError("not_found")
    body = _body(call, view.body["type"])
    if call.text("hash") not in {"", view.hash}:
        raise SlackError("hash_conflict")
    call.world.change_view(view, call.views.complete(body))
    return _told(call, view)


def publish(call: Call) -> Json:
    body = _body(call, "home")
    user = call.space.users.get(call.text("user_id"))
    if user is None:
        raise SlackError("user_not_found")
    if user.home and call.text("hash") not in {"", user.home.hash}:
        raise SlackError("hash_conflict")
    return _told(call, call.views.publish(user, body))


def open_connection(call: Call) -> Json:
    """The address of one Socket Mode connection; plain ws, as everything is on loopback."""
    address = f"{call.base.replace('http', 'ws', 1)}/link/?ticket={call.ticket()}&app_id={call.space.app}"
    return {"url": address}


def test(call: Call) -> Json:
    if error := call.text("error"):
        raise SlackError(error, args={"error": error})
    return {"args": {key: value for key, value in call.args.items() if key != "token"}}
