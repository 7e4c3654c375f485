package driver

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

func init() { register("github", writeGitHub) }

// writeGitHub writes the workflow commands by which a GitHub action annotates
// the changed lines of a pull request.
func writeGitHub(w io.Writer, r *Report, v *view) error {
	b := bufio.NewWriter(w)
	for i := range r.Findings {
		f := &r.Findings[i]
		text := f.Message
		for _, rel := range f.Related {
			text += fmt.Sprintf("\n%s (%s:%d)", rel.Message, v.sarifFile(rel.Pos.File).URI, rel.Pos.Line)
		}
		annotate(b, "warning", []string{
			"file", v.annotatedFile(f.Pos.File),
			"line", number(f.Pos.Line), "endLine", number(max(f.Pos.Line, f.End.Line)), "col", number(f.Pos.Col),
			"title", "leaklint/" + f.Check,
		}, text)
	}
	for _, p := range r.Problems {
		annotate(b, "error", []string{"title", "leaklint: not analysed"}, p.String())
	}
	return b.Flush()
}

// annotatedFile returns the path of a file relative to the repository.
func (v *view) annotatedFile(path string) string { return shortPath(v.repository(), path) }

// number returns n in decimal, or "" if it is unknown.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// The characters that end a value of a workflow command.
var (
	escapeText  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeValue = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// annotate writes one workflow command with the properties that are not empty.
func annotate(w io.Writer, command string, properties []string, text string) {
	var props []string
	for i := 0; i < len(properties); i += 2 {
		if properties[i+1] != "" {
			props = append(props, properties[i]+"="+escapeValue.Replace(properties[i+1]))
		}
	}
	fmt.Fprintf(w, "::%s %s::%s\n", command, strings.Join(props, ","), escapeText.Replace(text))
}
