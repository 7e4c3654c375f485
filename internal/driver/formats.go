package driver

import "io"

// An outputFormat writes a report. Each has a file of its own.
type outputFormat struct {
	name  string
	write func(w io.Writer, r *Report, v *view) error
}

// formats are the values of -format. All of them are written for every
// outcome, and the exit code is the same in all.
var formats = []outputFormat{
	{"text", writeText},
	{"json", writeJSON},
	{"vet", writeVetJSON},
	{"sarif", writeSARIF},
	{"github", writeGitHub},
}

// formatNames returns the names of the formats.
func formatNames() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// formatNamed returns the format of that name, which exists.
func formatNamed(name string) outputFormat {
	for _, f := range formats {
		if f.name == name {
			return f
		}
	}
	panic("internal error: no format " + name)
}
