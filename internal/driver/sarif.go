package driver

import (
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"

	"golang.org/x/tools/go/analysis"

	"github.com/leaklint/leaklint/passes"
)

func init() { register("sarif", writeSARIF) }

// The parts of SARIF 2.1.0 (OASIS, errata 01) that -format=sarif writes.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string       `json:"id"`
		ShortDescription sarifMessage `json:"shortDescription"`
		Help             sarifMessage `json:"help"`
		HelpURI          string       `json:"helpUri,omitempty"`
		Default          struct {
			Level string `json:"level"`
		} `json:"defaultConfiguration"`
	}
	sarifMessage struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifInvocation struct {
		ExecutionSuccessful bool                `json:"executionSuccessful"`
		Notifications       []sarifNotification `json:"toolExecutionNotifications"`
	}
	sarifNotification struct {
		Level   string       `json:"level"`
		Message sarifMessage `json:"message"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifMessage      `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Related      []sarifLocation   `json:"relatedLocations,omitempty"`
		CodeFlows    []sarifCodeFlow   `json:"codeFlows,omitempty"`
		Fixes        []sarifFix        `json:"fixes,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifLocation struct {
		ID       int           `json:"id,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
		Message  *sarifMessage `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
		Context  *sarifRegion  `json:"contextRegion,omitempty"`
	}
	sarifArtifact struct {
		URI    string `json:"uri"`
		BaseID string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`

		Snippet *sarifContent `json:"snippet,omitempty"`
	}
	sarifCodeFlow struct {
		ThreadFlows []sarifThreadFlow `json:"threadFlows"`
	}
	sarifThreadFlow struct {
		Locations []sarifStep `json:"locations"`
	}
	sarifStep struct {
		Location sarifLocation `json:"location"`
	}
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	projectURI  = "https://github.com/leaklint/leaklint"
)

// writeSARIF writes SARIF 2.1.0 for code scanning. It is a valid log in every
// outcome; what was not analysed makes the invocation unsuccessful.
func writeSARIF(w io.Writer, r *Report, v *view) error {
	var run sarifRun
	run.Tool.Driver = sarifDriver{
		Name:           "leaklint",
		Version:        toolVersion(),
		InformationURI: projectURI,
		Rules:          sarifRules(v.analyzers, r.Findings),
	}
	run.Invocations = []sarifInvocation{{ExecutionSuccessful: len(r.Problems) == 0, Notifications: notifications(r.Problems)}}
	run.ColumnKind = "utf16CodeUnits"
	run.Results = make([]sarifResult, 0, len(r.Findings))
	prints := v.fingerprints(r.Findings)
	for i := range r.Findings {
		run.Results = append(run.Results, v.sarifResult(&r.Findings[i], run.Tool.Driver.Rules, prints[i]))
	}
	return encode(w, sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

// notifications returns one notification for each problem.
func notifications(problems []Problem) []sarifNotification {
	out := make([]sarifNotification, 0, len(problems))
	for _, p := range problems {
		out = append(out, sarifNotification{Level: "error", Message: sarifMessage{Text: p.String()}})
	}
	return out
}

// ruleID returns the check id without the suffixes that say how sure leaklint
// is and that go vet reports the same.
func ruleID(check string) string {
	return strings.TrimSuffix(strings.TrimSuffix(check, "/vet"), "/low")
}

// sarifRules returns the rules of the checks that were found, by id: what the
// documentation of their pass says.
func sarifRules(analyzers []*analysis.Analyzer, findings []Finding) []sarifRule {
	passOf := make(map[string]string) // by rule id
	for i := range findings {
		passOf[ruleID(findings[i].Check)] = findings[i].Pass
	}
	rules := make([]sarifRule, 0, len(passOf))
	for id, pass := range passOf {
		rule := sarifRule{ID: id, ShortDescription: sarifMessage{Text: id}, Help: sarifMessage{Text: id}}
		rule.Default.Level = "warning"
		for _, a := range analyzers {
			if a.Name == pass {
				doc := strings.TrimSpace(a.Doc)
				rule.ShortDescription.Text = summaryOf(a)
				rule.Help = sarifMessage{Text: doc, Markdown: doc}
				rule.HelpURI = a.URL
			}
		}
		for _, c := range passes.Checks {
			if c.ID == id {
				rule.ShortDescription.Text = c.Help
			}
		}
		rules = append(rules, rule)
	}
	slices.SortFunc(rules, func(a, b sarifRule) int { return strings.Compare(a.ID, b.ID) })
	return rules
}

// sarifResult converts a finding.
func (v *view) sarifResult(f *Finding, rules []sarifRule, fingerprint string) sarifResult {
	id := ruleID(f.Check)
	res := sarifResult{
		RuleID:       id,
		RuleIndex:    slices.IndexFunc(rules, func(r sarifRule) bool { return r.ID == id }),
		Level:        severity(f, "warning", "note"),
		Message:      sarifMessage{Text: f.Message},
		Locations:    []sarifLocation{{Physical: v.sarifPlace(f.Pos, f.End)}},
		Fingerprints: map[string]string{"leaklint/v1": fingerprint},
	}
	res.Fixes = v.sarifFixes(f)
	var flow sarifThreadFlow
	for i, rel := range f.Related {
		at := sarifLocation{ID: i + 1, Physical: v.sarifPlace(rel.Pos, rel.End), Message: &sarifMessage{Text: rel.Message}}
		res.Related = append(res.Related, at)
		at.ID = 0 // an id may occur once in a result
		at.Physical = v.withSource(at.Physical, rel.Pos)
		flow.Locations = append(flow.Locations, sarifStep{at})
	}
	if len(flow.Locations) > 0 {
		res.CodeFlows = []sarifCodeFlow{{ThreadFlows: []sarifThreadFlow{flow}}}
	}
	return res
}

// sarifPlace converts a range of a file to UTF-16 columns.
func (v *view) sarifPlace(start, end Position) sarifPhysical {
	p := sarifPhysical{Artifact: v.sarifFile(start.File)}
	if start.Line == 0 {
		return p
	}
	p.Region = &sarifRegion{StartLine: start.Line, StartColumn: v.utf16Column(start)}
	if end != start && end.File == start.File && end.Line >= start.Line {
		p.Region.EndLine, p.Region.EndColumn = end.Line, v.utf16Column(end)
	}
	return p
}

// sarifFile names a file relative to the repository, or in full if it is
// outside.
func (v *view) sarifFile(path string) sarifArtifact {
	rel, err := filepath.Rel(v.repository(), path)
	if err == nil && filepath.IsLocal(rel) {
		return sarifArtifact{URI: (&url.URL{Path: filepath.ToSlash(rel)}).EscapedPath(), BaseID: "%SRCROOT%"}
	}
	slash := filepath.ToSlash(path)
	if !strings.HasPrefix(slash, "/") {
		slash = "/" + slash // C:/x
	}
	return sarifArtifact{URI: (&url.URL{Scheme: "file", Path: slash}).String()}
}

// localFile returns the path of a file that sarifFile has named.
func (v *view) localFile(uri string) string {
	u, err := url.Parse(uri)
	switch {
	case err != nil:
		return uri
	case u.Scheme == "file":
		return filepath.FromSlash(u.Path)
	}
	return filepath.Join(v.repository(), filepath.FromSlash(u.Path))
}

// utf16Column returns the column of p in UTF-16 code units, which is the
// column in bytes where the line cannot be read.
func (v *view) utf16Column(p Position) int {
	lines := v.linesOf(p.File)
	if p.Col == 0 || p.Line > len(lines) || p.Col-1 > len(lines[p.Line-1]) {
		return p.Col
	}
	return len(utf16.Encode([]rune(lines[p.Line-1][:p.Col-1]))) + 1
}
