"""The views of the rights desk (权利请求)."""
