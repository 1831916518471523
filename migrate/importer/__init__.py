"""An official item sheet (項目定義書, 基本データリスト) → definition files, and what of it could not be understood."""

from migrate.importer.build import Import, import_sheet
from migrate.importer.decide import MADE, read_decisions
from migrate.importer.remarks import Remark

__all__ = ["MADE", "Import", "Remark", "import_sheet", "read_decisions"]
