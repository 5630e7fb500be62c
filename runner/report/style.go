package report

import (
	"io"
	"os"

	"github.com/charmbracelet/lipgloss"
	"golang.org/x/term"
)

// Style says how to write for a console.
type Style struct {
	Terminal bool // a person watches: live progress
	Colour   bool
	Width    int // columns; 0: 120
}

// defaultWidth is what logs are wrapped to: most CI viewers show that much.
const defaultWidth = 120

// StyleFor finds out how to write to w: colours and live progress on a terminal only, and
// never colours when NO_COLOR is set or the terminal is dumb (https://no-color.org).
func StyleFor(w io.Writer) Style {
	f, ok := w.(interface{ Fd() uintptr })
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return Style{}
	}
	s := Style{Terminal: true, Colour: os.Getenv("NO_COLOR") == ""}
	if width, _, err := term.GetSize(int(f.Fd())); err == nil {
		s.Width = width
	}
	return s
}

// Columns are what text is wrapped to.
func (s Style) Columns() int {
	if s.Width <= 0 {
		return defaultWidth
	}
	return max(s.Width, 40)
}

// palette is the few styles that all console output uses: the sixteen colours of the
// reader's own terminal theme, so that they are legible on dark and light ones.
type palette struct{ bold, dim, good, bad, warn lipgloss.Style }

// Colour profiles of lipgloss's terminal layer. They are set, not detected: detection
// would ask the terminal and read the environment again.
const (
	profileANSI  = 2
	profileASCII = 3
)

func (s Style) palette(w io.Writer) palette {
	r := lipgloss.NewRenderer(w)
	if s.Colour {
		r.SetColorProfile(profileANSI)
	} else {
		r.SetColorProfile(profileASCII)
	}
	return palette{
		bold: r.NewStyle().Bold(true),
		dim:  r.NewStyle().Faint(true),
		good: r.NewStyle().Foreground(lipgloss.Color("2")),
		bad:  r.NewStyle().Foreground(lipgloss.Color("1")).Bold(true),
		warn: r.NewStyle().Foreground(lipgloss.Color("3")),
	}
}
