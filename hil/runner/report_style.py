"""The look of a report: one style sheet, light and printable."""

STYLE = """
:root { font: 14px/1.45 system-ui, sans-serif; color: #1d2330; background: #f5f6f8; }
body { margin: 0; } main { max-width: 1180px; margin: 0 auto; padding: 20px; }
header { display: flex; gap: 28px; align-items: center; padding: 18px 24px; border-radius: 8px; color: #fff; }
header h1 { margin: 0; font-size: 34px; letter-spacing: 1px; }
header.pass { background: #1f7a45; } header.fail { background: #b3261e; }
header.invalid { background: #8a6d00; } header.aborted { background: #555b68; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 1px 14px; margin: 0; font-size: 12.5px; }
dt { opacity: .75; } dd { margin: 0; overflow-wrap: anywhere; }
section { background: #fff; border: 1px solid #e2e5ea; border-radius: 8px; }
section { margin-top: 16px; padding: 6px 20px 16px; }
td.number { white-space: nowrap; }
h2 { font-size: 17px; } table { border-collapse: collapse; width: 100%; font-size: 12.5px; }
th { text-align: left; color: #5c6472; font-weight: 600; border-bottom: 1px solid #cfd4dc; }
th, td { padding: 3px 10px 3px 0; vertical-align: top; } tr + tr td { border-top: 1px solid #eef0f3; }
tr.pass td:first-child { color: #1f7a45; font-weight: 700; }
tr.fail td:first-child { color: #b3261e; font-weight: 700; }
tr.invalid td:first-child, tr.aborted td:first-child { color: #8a6d00; font-weight: 700; }
tr.fail { background: #fdf0ef; } tr.invalid { background: #fff9e6; }
tr.high td:nth-child(2) { color: #b3261e; font-weight: 700; } tr.medium td:nth-child(2) { color: #b26a00; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(540px, 1fr)); gap: 6px 14px; }
figure { margin: 0; } figure svg { width: 100%; height: auto; } .missing { color: #8a6d00; }
"""
