"""Errors that users see. Each message says what to do next."""


class AdvisorError(Exception):
    """Base of every error that is shown to a user as one sentence, without a traceback."""

    exit_code = 1


class BadInput(AdvisorError):
    """What the user gave cannot be used; nothing was changed."""

    exit_code = 2


class NotAvailable(AdvisorError):
    """Something that is needed is missing: weights, a key, a snapshot, a route to an endpoint."""


class EndpointError(AdvisorError):
    """An endpoint refused or failed for good: wrong key, unknown model, full context, retries used up."""


class Stopped(AdvisorError):
    """The user stopped the work."""


class Parked(Exception):
    """A trial was stopped because its server stops; its conversation goes on with it later."""


class CapReached(AdvisorError):
    """A cap on money, calls, tokens or time stopped the work; what was done is kept."""

    exit_code = 3
