"""Plans that ship, one a file: ``--plan NAME`` where no file of that name is there."""
