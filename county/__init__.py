"""The county server: takes batches, answers with receipts, releases referrals, feeds laptops."""
