"""How the practice does: every figure of `report`, defined on plain rows. Pure."""
