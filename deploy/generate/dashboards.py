"""Grafana's dashboards, out of deploy/monitoring/panels/*.yaml: what a panel asks and how it is read is written there, once.

Every dashboard can be narrowed to one namespace, which is one tenant; where Prometheus attaches none, "All" shows everything.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Literal

from contracts.model import Part
from deploy.generate.promql import narrowed

SCHEMA = 41
"""Of Grafana 12; later ones read it too."""
COLUMNS = 24
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
TENANT = 'namespace=~"$namespace"'
LINK = {"type": "dashboards", "title": "Redress", "asDropdown": True, "keepTime": True, "includeVars": True}
Kind = Literal["timeseries", "stat", "bargauge", "table"]


class Panel(Part):
    """One question to Prometheus and how its answer is drawn."""

    title: str
    says: str
    """How to read it, in a sentence."""
    asks: Mapping[str, str]
    """Legend → expression.  A legend may name labels: {{service}}."""
    kind: Kind = "timeseries"
    unit: str = "short"
    """As Grafana calls it: s, percentunit, reqps …"""
    width: int = 8
    height: int = 8
    warn: float | None = None
    alarm: float | None = None
    """From here on it is yellow, or red."""
    stacked: bool = False


class Row(Part):
    title: str
    panels: tuple[Panel, ...]


class Board(Part):
    title: str
    says: str
    rows: tuple[Row, ...]


def dashboard(uid: str, board: Board) -> dict[str, Any]:
    """In Grafana's own form."""
    return {
        "uid": uid,
        "title": board.title,
        "description": board.says,
        "tags": ["redress"],
        "schemaVersion": SCHEMA,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "timezone": "browser",
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "links": [{**LINK, "tags": ["redress"]}],
        "annotations": {"list": [_alerts()]},
        "templating": {"list": [_datasource(), _namespace()]},
        "panels": list(_placed(board.rows)),
    }


def _placed(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Rows of panels from left to right, a new line where the next one does not fit."""
    ids, y = count(1), 0
    for row in rows:
        yield {"id": next(ids), "type": "row", "title": row.title, "collapsed": False, "panels": [], "gridPos": _at(0, y, COLUMNS, 1)}
        x, y, tallest = 0, y + 1, 0
        for panel in row.panels:
            if x + panel.width > COLUMNS:
                x, y, tallest = 0, y + tallest, 0
            yield _panel(next(ids), panel, _at(x, y, panel.width, panel.height))
            x, tallest = x + panel.width, max(tallest, panel.height)
        y += tallest


def _panel(id: int, panel: Panel, place: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": id,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.says,
        "datasource": SOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": _field(panel), "overrides": []},
        "options": _options(panel.kind),
        "transformations": [{"id": "merge", "options": {}}] if panel.kind == "table" else [],
        "targets": [_target(letter, panel, *ask) for letter, ask in zip("ABCDEFGHIJ", panel.asks.items(), strict=False)],
    }


def _target(letter: str, panel: Panel, legend: str, expression: str) -> dict[str, Any]:
    is_now = panel.kind in ("table", "bargauge")
    return {
        "refId": letter,
        "datasource": SOURCE,
        "editorMode": "code",
        "expr": narrowed(expression.strip(), TENANT),
        "legendFormat": legend,
        "instant": is_now,
        "range": not is_now,
        "format": "table" if panel.kind == "table" else "time_series",
    }


def _field(panel: Panel) -> dict[str, Any]:
    levels = [("green", None), *((colour, at) for colour, at in (("yellow", panel.warn), ("red", panel.alarm)) if at is not None)]
    steps = [{"color": colour, "value": at} for colour, at in levels]
    lines = {"thresholdsStyle": {"mode": "dashed"}} if len(steps) > 1 else {}
    stacking = {"stacking": {"mode": "normal", "group": "A"}, "fillOpacity": 40} if panel.stacked else {"fillOpacity": 8}
    custom = {"showPoints": "never", "lineWidth": 1} | stacking | lines if panel.kind == "timeseries" else {}
    return {"unit": panel.unit, "min": 0, "color": _colour(panel), "thresholds": {"mode": "absolute", "steps": steps}, "custom": custom}


def _colour(panel: Panel) -> dict[str, str]:
    return {"mode": "palette-classic" if panel.kind == "timeseries" else "thresholds"}


def _options(kind: Kind) -> dict[str, Any]:
    last = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
    match kind:
        case "timeseries":
            legend = {"displayMode": "list", "placement": "bottom", "showLegend": True}
            return {"legend": legend, "tooltip": {"mode": "multi", "sort": "desc"}}
        case "stat":
            return last | {"colorMode": "value", "graphMode": "area", "textMode": "auto", "justifyMode": "auto"}
        case "bargauge":
            return last | {"displayMode": "basic", "orientation": "horizontal", "showUnfilled": True}
        case "table":
            return {"showHeader": True, "cellHeight": "sm"}


def _at(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "w": width, "h": height}


def _datasource() -> dict[str, Any]:
    return {"type": "datasource", "name": "datasource", "label": "Prometheus", "query": "prometheus", "current": {}, "hide": 0}


def _namespace() -> dict[str, Any]:
    query = "label_values(redress_build_info, namespace)"
    return {
        "type": "query", "name": "namespace", "label": "Tenant", "datasource": SOURCE, "definition": query, "refresh": 2, "sort": 1,
        "query": {"query": query, "refId": "namespace"}, "includeAll": True, "allValue": ".*", "multi": True, "hide": 0,
        "current": {"text": "All", "value": "$__all"},
    }  # fmt: skip


def _alerts() -> dict[str, Any]:
    """A red line where a person was called."""
    return {
        "name": "Pages", "datasource": SOURCE, "enable": True, "iconColor": "red", "titleFormat": "{{alertname}}",
        "expr": narrowed('ALERTS{alertname=~"Redress.+", alertstate="firing", severity="page"}', TENANT),
    }  # fmt: skip
