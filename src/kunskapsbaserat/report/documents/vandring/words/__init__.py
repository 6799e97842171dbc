"""Words of the report on trygghetsvandringar."""
