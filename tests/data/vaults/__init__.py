"""One vault per released schema."""
