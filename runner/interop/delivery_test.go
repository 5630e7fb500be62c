package interop_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// The files of other people's machinery are decoded strictly: a key that is misspelt, or stands in the wrong place, is none
// of those below, which are taken from the documentation of each.

type workflow struct {
	Name        string
	On          any
	Permissions map[string]string
	Concurrency struct {
		Group            string
		CancelInProgress bool `yaml:"cancel-in-progress"`
	}
	Jobs map[string]struct {
		Strategy struct {
			FailFast bool `yaml:"fail-fast"`
			Matrix   map[string][]string
		}
		RunsOn         string `yaml:"runs-on"`
		TimeoutMinutes int    `yaml:"timeout-minutes"`
		Container      string
		Permissions    map[string]string
		Steps          []strictStep
	}
}

type strictStep struct {
	Name, ID, If, Uses, Run, Shell string
	With                           map[string]any
	Env                            map[string]string
}

type action struct {
	Name, Description, Author string
	Branding                  struct{ Icon, Color string }
	Inputs                    map[string]struct {
		Description, Default string
		Required             bool
	}
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Using string
		Steps []strictStep
	}
}

// strictly decodes the documents of a file, each into the next of to.
func strictly(t *testing.T, name string, to ...any) {
	t.Helper()
	decoder := yaml.NewDecoder(bytes.NewReader(readFile(t, name)), yaml.Strict())
	for i, document := range to {
		if err := decoder.Decode(document); err != nil {
			t.Fatalf("%s, document %d: %v", name, i+1, err)
		}
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		t.Errorf("%s has more documents (%v)", name, err)
	}
}

func TestWorkflowsAreStrict(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(root, ".github/workflows/*.yml"))
	if err != nil || len(names) < 2 {
		t.Fatalf("%v %v", names, err)
	}
	for _, name := range names {
		var w workflow
		strictly(t, strings.TrimPrefix(name, root), &w)
		for id, job := range w.Jobs {
			if job.TimeoutMinutes == 0 || job.RunsOn == "" {
				t.Errorf("%s: job %s has no time limit, or no machine", name, id)
			}
			for _, s := range job.Steps {
				pinned(t, name, s.Uses)
			}
		}
	}
	var a action
	strictly(t, "action.yml", &a)
	for _, s := range a.Runs.Steps {
		pinned(t, "action.yml", s.Uses)
	}
}

// pinned holds that an action of others is that of a commit: a tag can be moved.
func pinned(t *testing.T, file, uses string) {
	t.Helper()
	if uses != "" && uses != "./" && !regexp.MustCompile(`^[\w-]+/[\w/-]+@[0-9a-f]{40}$`).MatchString(uses) {
		t.Errorf("%s: %s is not pinned to a commit", file, uses)
	}
}

// Each flag of voicespec run has an input; of those that are for a person `args` takes care.
func TestActionTakesEveryFlag(t *testing.T) {
	var a action
	strictly(t, "action.yml", &a)
	binary, err := voicespec()
	if err != nil {
		t.Fatal(err)
	}
	help, err := exec.Command(binary, "run", "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^\s+(?:-h, )?--([a-z-]+)`).FindAllStringSubmatch(string(help), -1) {
		_, has := a.Inputs[m[1]]
		if byArgs := []string{"help", "json", "junit", "debug", "until-failure", "script"}; !has && !slices.Contains(byArgs, m[1]) {
			t.Errorf("the action has no input %s", m[1])
		}
	}
}

// The step that runs voicespec is executed as GitHub executes it, inputs and outputs included.
func TestActionRuns(t *testing.T) {
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	binary, err := voicespec()
	if err != nil {
		t.Fatal(err)
	}
	var a action
	strictly(t, "action.yml", &a)
	i := slices.IndexFunc(a.Runs.Steps, func(s strictStep) bool { return s.ID == "run" })
	step := a.Runs.Steps[i]
	for _, tt := range []struct {
		name   string
		inputs map[string]string
		code   int
		want   []string
	}{
		{"a part", map[string]string{"run": "session.me\ntransfer.sample-2\n", "args": "--until-failure\n--repeat=2"}, 0, []string{"exit-code=0", "outcome=conforms-in-part", "failed=0"}},
		{"a failure", map[string]string{"run": "transfer.sample-2", "fault": "held-after-dialing", "label-filter": "transfer && required"}, 1,
			[]string{"exit-code=1", "outcome=does-not-conform", "failed=1", "known-failure=0", "blocked=0"}},
		{"a mistake", map[string]string{"gate": "strict"}, 2, []string{"exit-code=2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "voicespec-bin"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(binary, filepath.Join(dir, "voicespec-bin", "voicespec")); err != nil {
				t.Fatal(err)
			}
			command := exec.CommandContext(context.Background(), shell, "--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run)
			command.Dir = dir
			command.Env = append(os.Environ(), "RUNNER_TEMP="+dir, "GITHUB_OUTPUT="+filepath.Join(dir, "outputs"))
			for name, value := range step.Env {
				input := regexp.MustCompile(`^\$\{\{ inputs\.([a-z-]+) \}\}$`).FindStringSubmatch(value)
				given, ok := tt.inputs[input[1]]
				if !ok {
					given = a.Inputs[input[1]].Default
				}
				command.Env = append(command.Env, name+"="+given)
			}
			out, err := command.CombinedOutput()
			if code := command.ProcessState.ExitCode(); code != tt.code {
				t.Fatalf("exit code %d, want %d (%v)\n%s", code, tt.code, err, out)
			}
			outputs, err := os.ReadFile(filepath.Join(dir, "outputs"))
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range tt.want {
				if !slices.Contains(strings.Split(string(outputs), "\n"), want) {
					t.Errorf("no output %s in\n%s", want, outputs)
				}
			}
		})
	}
}

// component is a GitLab CI/CD component: what it takes, then its one job.
type component struct {
	Spec struct {
		Inputs map[string]struct {
			Description, Default string
			Options              []string
		}
	}
}

type gitlabJob struct {
	Stage, Image string
	Variables    map[string]string
	Script       []string
	AllowFailure struct {
		ExitCodes []int `yaml:"exit_codes"`
	} `yaml:"allow_failure"`
	Artifacts struct {
		When    string
		Paths   []string
		Reports struct{ Junit string }
	}
}

func TestGitLabComponent(t *testing.T) {
	var head component
	var jobs map[string]gitlabJob
	strictly(t, "docs/examples/gitlab-conformance.yml", &head, &jobs)
	text := string(readFile(t, "docs/examples/gitlab-conformance.yml"))
	for _, m := range regexp.MustCompile(`\$\[\[ inputs\.([a-z]+) \]\]`).FindAllStringSubmatch(text, -1) {
		if _, ok := head.Spec.Inputs[m[1]]; !ok {
			t.Errorf("there is no input %s", m[1])
		}
	}
	for name := range head.Spec.Inputs {
		if !strings.Contains(text, "inputs."+name+" ]]") {
			t.Errorf("input %s is not used", name)
		}
	}
	for _, job := range jobs {
		script := strings.Join(job.Script, "\n")
		if job.Artifacts.When != "always" || job.Artifacts.Reports.Junit != "voicespec-report/junit.xml" || !slices.Equal(job.AllowFailure.ExitCodes, []int{3}) {
			t.Errorf("%+v", job)
		}
		knownFlags(t, regexp.MustCompile(`--[a-z][a-z-]+`).FindAllString(script, -1))
		lintStep(t, step{Run: script})
	}
}

// The pipeline of Jenkins is Groovy, which nothing here reads: flags and file names are held.
func TestJenkinsfile(t *testing.T) {
	text := string(readFile(t, "docs/examples/Jenkinsfile"))
	knownFlags(t, regexp.MustCompile(`--[a-z][a-z-]+`).FindAllString(text, -1))
	for _, bracket := range []string{"{}", "()"} {
		if strings.Count(text, bracket[:1]) != strings.Count(text, bracket[1:]) {
			t.Errorf("%s do not pair", bracket)
		}
	}
	if !strings.Contains(text, "voicespec-report/junit.xml") {
		t.Error("no junit.xml")
	}
}

// releaser is what .goreleaser.yaml uses of goreleaser's configuration, version 2.
type releaser struct {
	Version     int
	ProjectName string `yaml:"project_name"`
	Before      struct{ Hooks []string }
	Builds      []struct {
		Main, Binary        string
		Env, Flags, Ldflags []string
		ModTimestamp        string `yaml:"mod_timestamp"`
		Goos, Goarch        []string
	}
	Archives []struct {
		Formats         []string
		FormatOverrides []struct {
			Goos    string
			Formats []string
		} `yaml:"format_overrides"`
		NameTemplate    string `yaml:"name_template"`
		WrapInDirectory string `yaml:"wrap_in_directory"`
		Files           []any
	}
	Checksum struct {
		NameTemplate string `yaml:"name_template"`
	}
	Sboms     []struct{ Artifacts string }
	DockersV2 []struct {
		Images, Tags []string
		Dockerfile   string
		ExtraFiles   []string `yaml:"extra_files"`
		Platforms    []string
		Labels       map[string]string
	} `yaml:"dockers_v2"`
	HomebrewCasks []struct {
		Name                           string
		Repository                     struct{ Owner, Name, Token string }
		SkipUpload                     string `yaml:"skip_upload"`
		Homepage, Description, License string
		Binaries                       []string
		Completions                    struct{ Bash, Zsh, Fish string }
	} `yaml:"homebrew_casks"`
	Changelog struct{ Disable bool }
	Release   struct {
		GitHub     struct{ Owner, Name string } `yaml:"github"`
		Draft      bool
		Prerelease string
	}
}

func TestReleaser(t *testing.T) {
	var r releaser
	strictly(t, ".goreleaser.yaml", &r)
	var platforms []string
	for _, goos := range r.Builds[0].Goos {
		for _, arch := range r.Builds[0].Goarch {
			platforms = append(platforms, goos+"/"+arch)
		}
	}
	if !strings.Contains(string(readFile(t, "Makefile")), "PLATFORMS := "+strings.Join(platforms, " ")+"\n") || len(platforms) != 6 {
		t.Errorf("make cross does not build %v", platforms)
	}
	if !strings.Contains(r.Builds[0].Ldflags[0], "-X github.com/voicespec/voicespec/runner/cli.version={{ .Tag }}") {
		t.Errorf("the version is not built in: %v", r.Builds[0].Ldflags)
	}
	image := r.DockersV2[0]
	for _, label := range []string{"title", "source", "licenses", "version", "revision"} {
		if image.Labels["org.opencontainers.image."+label] == "" {
			t.Errorf("the image has no label %s", label)
		}
	}
	for _, name := range append(image.ExtraFiles, image.Dockerfile, strings.Fields(r.Before.Hooks[0])[1]) {
		readFile(t, name)
	}
	// The action and the component download what is made here.
	for _, name := range []string{"action.yml", "docs/examples/gitlab-conformance.yml", "docs/examples/Jenkinsfile"} {
		text := string(readFile(t, name))
		if !strings.Contains(text, "voicespec_") || !strings.Contains(text, r.Checksum.NameTemplate) {
			t.Errorf("%s downloads something else", name)
		}
		if !regexp.MustCompile(`"voicespec-\$\{\w+#v\}"?/voicespec`).MatchString(text) {
			t.Errorf("%s looks for the binary elsewhere than in %s", name, r.Archives[0].WrapInDirectory)
		}
	}
	// A cask takes nothing but what stands in the archive.
	cask := r.HomebrewCasks[0]
	for _, file := range []string{cask.Completions.Bash, cask.Completions.Zsh, cask.Completions.Fish} {
		if !strings.HasPrefix(file, r.Archives[0].WrapInDirectory+"/extras/") {
			t.Errorf("the cask takes %s, and archives hold %s", file, r.Archives[0].WrapInDirectory)
		}
	}
	if a := r.Archives[0]; a.NameTemplate != "voicespec_{{ .Os }}_{{ .Arch }}" || a.WrapInDirectory != "voicespec-{{ .Version }}" {
		t.Errorf("archives are called %s, and hold %s", a.NameTemplate, a.WrapInDirectory)
	}
}

// What stands beside the binary in an archive is made by the hook.
func TestReleaseExtras(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command")
	}
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	command := exec.Command(shell, ".github/release/extras.sh")
	command.Dir = root
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var r releaser
	strictly(t, ".goreleaser.yaml", &r)
	cask := r.HomebrewCasks[0]
	for _, name := range []string{"voicespec.1", cask.Completions.Bash, cask.Completions.Zsh, cask.Completions.Fish} {
		if text := readFile(t, filepath.Join(".tmp/release", filepath.Base(name))); len(text) < 1000 {
			t.Errorf("%s has %d bytes", name, len(text))
		}
	}
}
