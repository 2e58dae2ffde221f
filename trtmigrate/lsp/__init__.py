"""The server for editors: `trtmigrate lsp`. Needs pygls, the extra `lsp`."""
