package profile

import (
	"fmt"
	"html/template"
	"strings"
	"time"
)

// barWidth is the length of the longest bar in the terminal.
const barWidth = 40

// bars draws the counts of a row, one line for each profile.
func bars(counts []int, labels []string) []string {
	most := 1
	for _, n := range counts {
		most = max(most, n)
	}
	width := 0
	for _, l := range labels {
		width = max(width, len(l))
	}
	var lines []string
	for i, n := range counts {
		bar := strings.Repeat("█", n*barWidth/most)
		if n > 0 && bar == "" {
			bar = "▏"
		}
		lines = append(lines, strings.TrimRight(fmt.Sprintf("%*s %7d %s", width, labels[i], n, bar), " "))
	}
	return lines
}

// timeLabels names the profiles by their time, or by their number.
func (o *outReport) timeLabels() []string {
	var labels []string
	for i, p := range o.Profiles {
		l := fmt.Sprintf("profile %d", i+1)
		if t, err := time.Parse(time.RFC3339, p.Time); err == nil && o.Minutes > 0 {
			l = t.Format(time.TimeOnly)
		}
		labels = append(labels, l)
	}
	return labels
}

// Sizes of the drawing.
const (
	plotWidth, plotHeight = 640, 240
	plotLeft, plotBottom  = 60, 30
	plotTop, plotRight    = 10, 20
	maxLines              = 6
)

// colours tell lines apart, also for those who do not see red and green.
var colours = [maxLines]string{"#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"}

// svg draws how the rows that grow the most have grown, or nothing if there is
// one profile.
func (o *outReport) svg(times []time.Time) template.HTML {
	if len(o.Profiles) < 2 {
		return ""
	}
	rows := o.Groups[:min(maxLines, len(o.Groups))]
	most := 1
	for _, r := range rows {
		for _, n := range r.Counts {
			most = max(most, n)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" aria-label="goroutines over time">`, plotWidth, plotHeight+20*len(rows))
	bottom := plotHeight - plotBottom
	fmt.Fprintf(&b, `<path d="M%d %dV%dH%d" fill="none" stroke="currentColor"/>`, plotLeft, plotTop, bottom, plotWidth-plotRight)
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%d</text>`, plotLeft-6, plotTop+10, most)
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">0</text>`, plotLeft-6, bottom)
	labels := o.timeLabels()
	xs := plotXs(len(o.Profiles), times)
	for _, i := range []int{0, len(xs) - 1} {
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`, xs[i], plotHeight-10, template.HTMLEscapeString(labels[i]))
	}
	for i, r := range rows {
		var points []string
		for j, n := range r.Counts {
			points = append(points, fmt.Sprintf("%d,%d", xs[j], bottom-n*(bottom-plotTop)/most))
		}
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`, strings.Join(points, " "), colours[i])
		fmt.Fprintf(&b, `<text x="%d" y="%d" fill="%s">%s %s</text>`, plotLeft, plotHeight+15+20*i, colours[i],
			template.HTMLEscapeString(r.where()), template.HTMLEscapeString(r.grown()))
	}
	b.WriteString("</svg>")
	return template.HTML(b.String()) // every text in it is escaped above
}

// plotXs returns where the profiles stand from left to right: by time if that
// is known.
func plotXs(n int, times []time.Time) []int {
	width := plotWidth - plotLeft - plotRight
	xs := make([]int, n)
	for i := range xs {
		share := float64(i) / float64(n-1)
		if len(times) == n && times[n-1].After(times[0]) {
			share = float64(times[i].Sub(times[0])) / float64(times[n-1].Sub(times[0]))
		}
		xs[i] = plotLeft + int(share*float64(width))
	}
	return xs
}
