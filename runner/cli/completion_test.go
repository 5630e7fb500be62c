package cli

import (
	"os/exec"
	"strings"
	"testing"
	"unicode/utf8"
)

// bash itself reads the completions, and completes with them.
func TestCompletionOfBash(t *testing.T) {
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	script := newWorld(t).call("completion", "bash").stdout
	for _, tt := range []struct{ line, want string }{
		{"voicespec ver", "verify\nversion\n"},
		{"voicespec run --trans", "--transport\n"},
		{"voicespec run --transport web", "websocket\n"},
		{"voicespec run --profile sm", "smoke\n"},
		{"voicespec verify --rep", "--report-dir\n"},
		{"voicespec completion z", "zsh\n"},
	} {
		words := strings.Fields(tt.line)
		command := exec.Command(shell, "--norc", "-c", script+"\nCOMP_WORDS=("+strings.Join(words, " ")+")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_voicespec\nprintf '%s\\n' \"${COMPREPLY[@]}\"")
		if out, err := command.CombinedOutput(); err != nil || string(out) != tt.want {
			t.Errorf("%s: %q, want %q (%v)", tt.line, out, tt.want, err)
		}
	}
}

func TestCompletionOfOtherShells(t *testing.T) {
	w := newWorld(t)
	if got := w.call("completion", "zsh"); got.code != 0 || !strings.HasPrefix(got.stdout, "autoload") || !strings.Contains(got.stdout, "complete -o default -F _voicespec voicespec") {
		t.Errorf("%+v", got)
	}
	fish := w.call("completion", "fish")
	for _, want := range []string{
		"complete -c voicespec -n __fish_use_subcommand -f -a run -d 'Test a server",
		"complete -c voicespec -n '__fish_seen_subcommand_from run' -l gate -d", " -x -a 'required recommended'\n",
	} {
		if fish.code != 0 || !strings.Contains(fish.stdout, want) {
			t.Errorf("%q is not in %q", want, fish.stdout)
		}
	}
	if got := w.call("completion", "tcsh"); got.code != 2 || !strings.Contains(got.stderr, "one of bash, zsh, fish") {
		t.Errorf("%+v", got)
	}
}

// The manual page names every command and flag, and nothing in it is a request to troff but ours.
func TestManual(t *testing.T) {
	w := newWorld(t)
	page := w.call("man").stdout
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "'") || strings.HasPrefix(line, ".") && len(line) > 1 && !strings.Contains(".TH .SH .SS .TP .PP .B .I .RI .nf .fi", strings.Fields(line)[0]) {
			t.Errorf("a request: %s", line)
		}
	}
	parser, err := newParser(&Program{})
	if err != nil {
		t.Fatal(err)
	}
	for _, leaf := range parser.Model.Leaves(true) {
		if !strings.Contains(page, ".SS voicespec "+roff(leaf.Path())) {
			t.Errorf("%s is missing", leaf.Path())
		}
		for _, f := range flags(leaf) {
			if !strings.Contains(page, roff(flagForm(f))) {
				t.Errorf("%s --%s is missing", leaf.Path(), f.Name)
			}
		}
	}
}

func TestHelpFitsATerminal(t *testing.T) {
	w := newWorld(t)
	parser, err := newParser(&Program{})
	if err != nil {
		t.Fatal(err)
	}
	calls := [][]string{{"--help"}}
	for _, leaf := range parser.Model.Leaves(true) {
		calls = append(calls, append(strings.Fields(leaf.Path()), "--help"))
	}
	for _, args := range calls {
		for line := range strings.Lines(w.call(args...).stdout) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
				t.Errorf("voicespec %s: %d columns: %s", strings.Join(args, " "), n, line)
			}
		}
	}
}
