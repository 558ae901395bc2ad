"""OAuth 2.0 (RFC 6749, with RFC 7636 and RFC 9700): tokens from a token server."""
