"""`python -m trtmigrate` is `trtmigrate`."""

from trtmigrate.cli import main

main()
