package profile

import (
	"html/template"
	"io"
	"strings"
)

// WriteHTML writes the report as one page that loads nothing from anywhere.
func (r *Report) WriteHTML(w io.Writer, wd string) error {
	out := r.out(wd)
	page := struct {
		*outReport
		Summary string
		Plot    template.HTML
		Rows    []htmlRow
	}{outReport: out, Summary: out.summary(), Plot: out.svg(r.Span.Times)}
	for i, row := range out.Groups {
		page.Rows = append(page.Rows, htmlRow{
			outRow: row, Kind: strings.ReplaceAll(row.Verdict, " ", "-"), Head: row.head(), Where: row.where(), DoesText: row.does(),
			Details: row.details(), Open: r.Rows[i].Verdict < Waits,
		})
	}
	return pageTemplate.Execute(w, page)
}

// An htmlRow is a group as the page shows it.
type htmlRow struct {
	*outRow
	Kind, Head, Where, DoesText string
	Details                     [][2]string
	Open                        bool
}

var pageTemplate = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Goroutines</title>
<style>
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
svg { width: 100%; max-width: 48rem; font: 12px system-ui, sans-serif; fill: currentColor }
details { border: 1px solid #8886; border-radius: 6px; margin: .6rem 0; padding: .4rem .8rem }
summary { cursor: pointer }
.leak > summary { color: #d55e00; font-weight: 600 }
.may-leak > summary, .grows > summary { color: #b8860b; font-weight: 600 }
code, pre { font: 13px/1.4 ui-monospace, monospace }
pre { overflow-x: auto }
dt { float: left; clear: left; width: 10rem; opacity: .7 }
dd { margin: 0 0 .3rem 10.5rem; overflow-wrap: anywhere }
td { padding: .1rem .8rem .1rem 0; vertical-align: top }
td:first-child { text-align: right }
</style>
</head>
<body>
<h1>Goroutines</h1>
<p>{{.Summary}}.</p>
{{.Plot}}
{{range .Rows}}<details class="{{.Kind}}"{{if .Open}} open{{end}}>
<summary>{{.Head}} <code>{{.Where}}</code></summary>
<p>{{.DoesText}}</p>
<dl>{{range .Details}}<dt>{{index . 0}}</dt><dd>{{index . 1}}</dd>{{end}}</dl>
{{with .Trail}}<ul>{{range .}}<li><code>{{.At}}</code>: {{.Message}}</li>{{end}}</ul>{{end}}
{{with .Stack}}<pre>{{range .}}{{.}}
{{end}}</pre>{{end}}
</details>
{{end}}{{with .SetAside}}<h2>Set aside</h2>
<table>{{range .}}<tr><td>{{.Count}}</td><td>{{.Does}}{{with .Hint}}; they grow, which is usually {{.}}{{end}}</td></tr>{{end}}</table>
{{end}}{{range .Notes}}<p>Note: {{.}}</p>
{{end}}<footer>leaklint {{.Leaklint}}</footer>
</body>
</html>
`))
