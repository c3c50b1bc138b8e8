"""How the tour ends when something does not hold."""


class TourFailure(Exception):
    """The sentence says what did not hold; nobody in it is real."""
