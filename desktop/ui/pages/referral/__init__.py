"""The parts of the referral page: the list, writing a referral, and one referral's way."""
