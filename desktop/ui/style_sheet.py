"""The one style sheet. Colours come from the theme's tokens; nothing else in ``ui`` sets a style sheet."""

from __future__ import annotations

from dataclasses import asdict
from string import Template

from desktop.ui.tokens import Tokens

_SHEET = Template("""
QToolTip { background: $ink; color: $surface; border: 0; padding: 6px 8px; }
QLabel { background: transparent; }
QLabel[kind="title"] { font-size: 24px; font-weight: bold; }
QLabel[kind="section"] { font-size: 17px; font-weight: bold; }
QLabel[kind="script"] { font-size: 17px; }
QLabel[kind="signing"] { font-size: 20px; }
QLabel[kind="figure"] { font-size: 28px; font-weight: bold; color: $accent; }
QLabel[kind="soft"] { font-size: 14px; color: $ink_soft; }
QLabel[kind="field"] { font-size: 14px; color: $ink_soft; }
QLabel[kind="hint"] { font-size: 14px; color: $ink_soft; }
QLabel[kind="problem"] { font-size: 14px; color: $bad_ink; }
QLabel[kind="key"] { font-size: 14px; color: $ink_soft; border: 1px solid $line; border-radius: 4px; padding: 1px 6px; }
QLabel[kind="village"] { color: $accent; font-weight: bold; }

QFrame[kind="card"] { background: $surface; border: 1px solid $line; border-radius: 10px; }
QFrame[kind="last-time"] { background: $warn_fill; border: 1px dashed $warn_ink; border-radius: 8px; }
QFrame[kind="last-time"] QLabel { color: $warn_ink; }
QFrame[kind="line"] { background: $line; border: 0; max-height: 1px; min-height: 1px; }
QFrame[kind="foot"] { background: $surface; border: 0; border-top: 1px solid $line; }
QFrame[kind="foot"] QLabel { font-size: 14px; color: $ink_soft; }
QFrame[kind="popup"] { background: $surface; border: 1px solid $field_line; border-radius: 8px; }
QFrame[kind="drawer"] { background: $surface; border: 0; border-left: 1px solid $line; }

QPushButton { background: $surface; color: $ink; border: 1px solid $field_line; border-radius: 8px;
  padding: 0 16px; min-height: 36px; }
QPushButton:hover { background: $accent_soft; }
QPushButton:pressed { background: $sunken; }
QPushButton:focus { border: 2px solid $focus; padding: 0 15px; min-height: 34px; }
QPushButton:disabled { color: $disabled_ink; background: $disabled_fill; border-color: $line; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: bold;
  padding: 0 20px; min-height: 38px; }
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_pressed; }
QPushButton[kind="primary"]:focus { border: 2px solid $focus; padding: 0 19px; min-height: 36px; }
QPushButton[kind="primary"]:disabled { color: $disabled_ink; background: $disabled_fill; border-color: $line; }
QPushButton[kind="link"] { background: transparent; border: 1px solid transparent; color: $accent; padding: 0 6px;
  text-align: left; }
QPushButton[kind="link"]:hover { background: $accent_soft; }
QPushButton[kind="link"]:focus { border: 2px solid $focus; padding: 0 5px; }
QPushButton[kind="link"]:disabled { color: $disabled_ink; }
QPushButton[kind="choice"] { text-align: left; padding: 0; border-radius: 10px; border: 1px solid $line; }
QPushButton[kind="choice"]:hover { border: 1px solid $accent; }
QPushButton[kind="choice"]:focus { border: 2px solid $focus; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 8px; min-width: 36px;
  min-height: 36px; }
QLineEdit QToolButton { min-width: 0; min-height: 0; border: 0; padding: 0; }
QToolButton:hover { background: $accent_soft; }
QToolButton:focus { border: 2px solid $focus; }

QLineEdit, QPlainTextEdit, QComboBox { background: $surface; color: $ink; border: 1px solid $field_line;
  border-radius: 8px; padding: 0 10px; min-height: 36px; selection-background-color: $accent;
  selection-color: $on_accent; }
QPlainTextEdit { padding: 6px 6px; min-height: 60px; }
QLineEdit:focus, QComboBox:focus { border: 2px solid $focus; padding: 0 9px; min-height: 34px; }
QPlainTextEdit:focus { border: 2px solid $focus; padding: 5px; }
QLineEdit[problem="true"] { border: 1px solid $bad_ink; background: $bad_fill; }
QLineEdit[problem="true"]:focus { border: 2px solid $bad_ink; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QLineEdit:read-only { background: $sunken;
  color: $disabled_ink; border-color: $line; }
QComboBox { padding-right: 34px; }
QComboBox:focus { padding-right: 33px; }
QComboBox::drop-down { border: 0; width: 34px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $field_line; outline: 0;
  selection-background-color: $accent_soft; selection-color: $ink; }
QComboBox QAbstractItemView::item { min-height: 36px; padding: 0 8px; }

QRadioButton, QCheckBox { spacing: 6px; min-height: 36px; }
QRadioButton[kind="segment"], QCheckBox[kind="segment"] { background: $surface; border: 1px solid $field_line;
  border-radius: 8px; padding: 0 12px 0 8px; }
QRadioButton[kind="segment"]:checked, QCheckBox[kind="segment"]:checked { background: $accent_soft;
  border: 1px solid $accent; color: $accent; }
QRadioButton[kind="segment"]:hover, QCheckBox[kind="segment"]:hover { border-color: $accent; }
QRadioButton[kind="segment"]:focus, QCheckBox[kind="segment"]:focus { border: 2px solid $focus;
  padding: 0 11px 0 7px; min-height: 34px; }
QRadioButton[kind="step"] { border: 1px solid transparent; border-radius: 8px; padding: 0 8px; color: $ink_soft; }
QRadioButton[kind="step"]:checked { background: $accent_soft; color: $accent; font-weight: bold; }
QRadioButton[kind="step"]:disabled { color: $disabled_ink; }
QRadioButton[kind="step"]:focus { border: 2px solid $focus; padding: 0 7px; min-height: 34px; }
QRadioButton[kind="filter"] { border: 1px solid transparent; border-radius: 8px; padding: 0 10px 0 6px;
  color: $ink_soft; }
QRadioButton[kind="filter"]:hover { background: $ground; }
QRadioButton[kind="filter"]:checked { background: $accent_soft; color: $accent; font-weight: bold; }
QRadioButton[kind="filter"]:focus { border: 2px solid $focus; padding: 0 9px 0 5px; min-height: 34px; }
QLineEdit[last_time="true"], QPlainTextEdit[last_time="true"], QComboBox[last_time="true"],
  QRadioButton[last_time="true"]:checked, QCheckBox[last_time="true"]:checked { background: $warn_fill;
  color: $warn_ink; border: 1px dashed $warn_ink; }
QRadioButton::indicator, QCheckBox::indicator { width: 0; height: 0; border: 0; background: transparent; image: none; }

QScrollArea { background: transparent; border: 0; }
QScrollArea[kind="desk"] { background: $sunken; }
QWidget[kind="page"] { background: transparent; }
QAbstractItemView { background: $surface; border: 0; outline: 0; selection-background-color: $accent_soft;
  selection-color: $ink; }
QHeaderView::section { background: $ground; color: $ink_soft; border: 0; border-bottom: 1px solid $line;
  padding: 0 8px; min-height: 36px; font-size: 14px; text-align: left; }
QTableView { gridline-color: $line; }
QTableView::item { padding: 0 8px; border-bottom: 1px solid $line; }
QTableView:focus, QListView:focus { border: 0; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar::handle:vertical { background: #b9bdb4; border-radius: 4px; margin: 2px; min-height: 36px; }
QScrollBar::handle:vertical:hover { background: $field_line; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle:horizontal { background: #b9bdb4; border-radius: 4px; margin: 2px; min-width: 36px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $sunken; border: 0; border-radius: 5px; min-height: 10px; max-height: 10px; }
QProgressBar::chunk { background: $accent; border-radius: 5px; }

QMenu { background: $surface; border: 1px solid $field_line; padding: 4px; }
QMenu::item { padding: 9px 28px 9px 12px; border-radius: 6px; }
QMenu::item:selected { background: $accent_soft; color: $ink; }
""")


def style_sheet(colours: Tokens) -> str:
    """The style sheet in the colours of a theme."""
    values: dict[str, str] = {}
    for name, value in asdict(colours).items():
        if isinstance(value, dict):
            values |= {f"{name}_{part}": colour for part, colour in value.items()}
        else:
            values[name] = value
    return _SHEET.substitute(values)
