package interop_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// What hands voicespec to other people's machinery is read here, not run: there is no GitHub, container
// runtime or cluster to run it on.

const root = "../.."

type step struct {
	Name  string
	Uses  string
	Run   string
	Shell string
	If    string
	Env   map[string]string
	With  map[string]string
}

func (s step) String() string {
	if s.Name != "" {
		return s.Name
	}
	return s.Uses
}

func TestAction(t *testing.T) {
	t.Log("action.yml is linted, not executed")
	var action struct {
		Name, Description string
		Inputs            map[string]struct {
			Description string
			Required    bool
			Default     *string
		}
		Outputs map[string]struct{ Description, Value string }
		Runs    struct {
			Using string
			Steps []step
		}
	}
	readYAML(t, "action.yml", &action)
	if action.Runs.Using != "composite" {
		t.Errorf("runs.using is %q", action.Runs.Using)
	}
	var used, flags []string
	var uploads, summarizes bool // voicespec itself writes the summary: a step that does so too would show it twice
	for _, s := range action.Runs.Steps {
		lintStep(t, s)
		if s.Run != "" && s.Shell != "bash" {
			t.Errorf("%s: a step of a composite action names its shell", s)
		}
		for _, value := range append(values(s.Env), values(s.With)...) {
			for _, m := range regexp.MustCompile(`inputs\.([a-z-]+)`).FindAllStringSubmatch(value, -1) {
				used = append(used, m[1])
			}
		}
		for name := range s.Env {
			if !strings.Contains(s.Run, "$"+name) {
				t.Errorf("%s: %s is handed in, but not used", s, name)
			}
		}
		flags = append(flags, regexp.MustCompile(`--[a-z][a-z-]+`).FindAllString(s.Run, -1)...)
		uploads = uploads || strings.HasPrefix(s.Uses, "actions/upload-artifact@") && s.If == "always()"
		summarizes = summarizes || strings.Contains(s.Run, "GITHUB_STEP_SUMMARY")
	}
	if !uploads || summarizes {
		t.Errorf("the report is always uploaded: %v; the summary is written twice: %v", uploads, summarizes)
	}
	for name, input := range action.Inputs {
		if input.Description == "" || input.Default == nil || !slices.Contains(used, name) {
			t.Errorf("input %s: has a description, a default and a use", name)
		}
	}
	for _, name := range used {
		if _, ok := action.Inputs[name]; !ok {
			t.Errorf("input %s is used, but not declared", name)
		}
	}
	knownFlags(t, flags)
}

func TestWorkflow(t *testing.T) {
	t.Log("ci.yml is linted, not executed")
	var workflow struct {
		Permissions map[string]string
		Jobs        map[string]struct {
			TimeoutMinutes int `yaml:"timeout-minutes"`
			Steps          []step
		}
	}
	readYAML(t, ".github/workflows/ci.yml", &workflow)
	if len(workflow.Permissions) != 1 || workflow.Permissions["contents"] != "read" {
		t.Errorf("permissions: %v", workflow.Permissions)
	}
	runsCI := false
	for name, job := range workflow.Jobs {
		if job.TimeoutMinutes == 0 {
			t.Errorf("job %s has no time limit", name)
		}
		for _, s := range job.Steps {
			lintStep(t, s)
			runsCI = runsCI || s.Run == "bash .ci/run"
		}
	}
	if !runsCI {
		t.Error("no step runs .ci/run")
	}
}

// lintStep: the shell text is constant, is bash, and other actions are those of a version.
func lintStep(t *testing.T, s step) {
	t.Helper()
	if strings.Contains(s.Run, "${{") {
		t.Errorf("%s: an expression in the text of a script; hand it in as an environment variable", s)
	}
	if s.Uses != "" && s.Uses != "./" && !regexp.MustCompile(`^[\w-]+/[\w/-]+@(v\d[\w.]*|[0-9a-f]{40})$`).MatchString(s.Uses) {
		t.Errorf("%s: %s is not of a version", s, s.Uses)
	}
	if s.Run == "" {
		return
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Logf("%s: no bash to read the script with", s)
		return
	}
	check := exec.Command(bash, "-n")
	check.Stdin = strings.NewReader(s.Run)
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", s, err, out)
	}
}

func TestDockerfile(t *testing.T) {
	t.Log("the Dockerfile is linted, not executed")
	var stages []string
	last := map[string]string{} // the last stage's instructions
	for _, line := range instructions(t, "Dockerfile") {
		word, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		if word == "FROM" {
			image := strings.Fields(rest)[0]
			if image != "scratch" && !regexp.MustCompile(`:\d+\.\d+\.\d+[\w.-]*$|@sha256:[0-9a-f]{64}$`).MatchString(image) {
				t.Errorf("FROM %s: not of an exact version", image)
			}
			stages = append(stages, image)
			clear(last)
		}
		if word == "ADD" {
			t.Errorf("%s: use COPY", line)
		}
		last[word] += rest + "\n"
	}
	if len(stages) < 2 || stages[len(stages)-1] != "scratch" {
		t.Errorf("stages: %v", stages)
	}
	if !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*\n$`).MatchString(last["USER"]) {
		t.Errorf("USER %q: Kubernetes' runAsNonRoot wants numbers, and not root's", last["USER"])
	}
	for _, word := range []string{"ENTRYPOINT", "CMD"} {
		if !strings.HasPrefix(last[word], `["`) {
			t.Errorf("%s %q: there is no shell in the image", word, last[word])
		}
	}
	for _, copied := range []string{"ca-certificates.crt", "--chown=" + strings.TrimSpace(last["USER"]) + " /out/results /results"} {
		if !strings.Contains(last["COPY"], copied) {
			t.Errorf("no COPY of %s", copied)
		}
	}
	knownFlags(t, regexp.MustCompile(`--[a-z][a-z-]+`).FindAllString(last["CMD"], -1))
}

func TestKubernetesJob(t *testing.T) {
	t.Log("kubernetes-job.yaml is linted, not executed")
	var object struct {
		Kind string
		Spec struct {
			BackoffLimit *int `yaml:"backoffLimit"`
			Template     struct {
				Spec struct {
					RestartPolicy   string `yaml:"restartPolicy"`
					SecurityContext struct {
						RunAsNonRoot bool `yaml:"runAsNonRoot"`
						RunAsUser    int  `yaml:"runAsUser"`
					} `yaml:"securityContext"`
					Volumes    []struct{ Name string }
					Containers []struct {
						Image           string
						Args            []string
						SecurityContext struct {
							ReadOnlyRootFilesystem   bool  `yaml:"readOnlyRootFilesystem"`
							AllowPrivilegeEscalation *bool `yaml:"allowPrivilegeEscalation"`
							Capabilities             struct{ Drop []string }
						} `yaml:"securityContext"`
						VolumeMounts []struct {
							Name      string
							MountPath string `yaml:"mountPath"`
						} `yaml:"volumeMounts"`
					}
				}
			}
		}
	}
	dec := yaml.NewDecoder(bytes.NewReader(readFile(t, "docs/examples/kubernetes-job.yaml")))
	for object.Kind != "Job" {
		if err := dec.Decode(&object); errors.Is(err, io.EOF) {
			t.Fatal("no Job")
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if object.Spec.BackoffLimit == nil || *object.Spec.BackoffLimit != 0 || object.Spec.Template.Spec.RestartPolicy != "Never" {
		t.Error("a run that failed must not be repeated")
	}
	pod := object.Spec.Template.Spec
	user := regexp.MustCompile(`(?m)^USER (\d+):`).FindSubmatch(readFile(t, "Dockerfile"))
	if !pod.SecurityContext.RunAsNonRoot || user == nil || string(user[1]) != strconv.Itoa(pod.SecurityContext.RunAsUser) {
		t.Errorf("runs as %+v, the image has USER %s", pod.SecurityContext, user)
	}
	if len(pod.Containers) != 1 {
		t.Fatalf("%d containers", len(pod.Containers))
	}
	c := pod.Containers[0]
	if s := c.SecurityContext; !s.ReadOnlyRootFilesystem || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation ||
		!slices.Equal(s.Capabilities.Drop, []string{"ALL"}) {
		t.Errorf("container: %+v", s)
	}
	if _, tag, found := strings.Cut(c.Image, ":"); !found || tag == "latest" {
		t.Errorf("image %s", c.Image)
	}
	var volumes, mounts, flags []string
	for _, v := range pod.Volumes {
		volumes = append(volumes, v.Name)
	}
	for _, m := range c.VolumeMounts {
		mounts = append(mounts, m.MountPath)
		if !slices.Contains(volumes, m.Name) {
			t.Errorf("no volume %s", m.Name)
		}
	}
	for _, arg := range c.Args[1:] {
		flag, value, _ := strings.Cut(arg, "=")
		flags = append(flags, flag)
		if strings.HasPrefix(value, "/") && !slices.ContainsFunc(mounts, func(m string) bool { return strings.HasPrefix(value, m) }) {
			t.Errorf("%s is on no volume", arg)
		}
	}
	knownFlags(t, flags)
}

// Neither a path of somebody's machine nor the address of a package registry belongs in the lock file.
func TestLockFile(t *testing.T) {
	lock := readFile(t, "runner/interop/package-lock.json")
	for _, word := range []string{`"resolved"`, "registry", "file:"} {
		if bytes.Contains(lock, []byte(word)) {
			t.Errorf("package-lock.json has %s", word)
		}
	}
	if !bytes.Contains(lock, []byte(`"integrity"`)) {
		t.Error("package-lock.json has no checksums")
	}
	var project struct{ Dependencies map[string]string }
	readYAML(t, "runner/interop/package.json", &project) // JSON is YAML
	for name, version := range project.Dependencies {
		if !regexp.MustCompile(`^(npm:[\w-]+@)?\d+\.\d+\.\d+$`).MatchString(version) {
			t.Errorf("%s: %s is not an exact version", name, version)
		}
	}
}

// knownFlags: `voicespec run` has each of them.
func knownFlags(t *testing.T, flags []string) {
	t.Helper()
	if len(flags) == 0 {
		t.Error("no flag found")
	}
	binary, err := voicespec()
	if err != nil {
		t.Fatal(err)
	}
	help, err := exec.Command(binary, "run", "--help").CombinedOutput()
	if err != nil {
		t.Fatalf("voicespec run --help: %v\n%s", err, help)
	}
	for _, flag := range flags {
		if !regexp.MustCompile(regexp.QuoteMeta(flag) + `\b[^-]`).Match(help) {
			t.Errorf("voicespec run has no %s", flag)
		}
	}
}

// instructions of a Dockerfile: without comments, continued lines joined.
func instructions(t *testing.T, name string) (list []string) {
	t.Helper()
	text := strings.ReplaceAll(string(readFile(t, name)), "\\\n", " ")
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list
}

func readYAML(t *testing.T, name string, to any) {
	t.Helper()
	if err := yaml.Unmarshal(readFile(t, name), to); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func values(m map[string]string) (list []string) {
	for _, v := range m {
		list = append(list, v)
	}
	return list
}
