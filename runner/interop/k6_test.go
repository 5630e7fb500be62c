package interop_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/suites"

	// The extension is built from these, so a cached result of these tests must not outlive a change in them.
	_ "github.com/voicespec/voicespec/runner/load"
)

// k6 builds k6 with the extension, once. It is a module of its own, whose dependencies may not be there.
var k6 = sync.OnceValues(func() (string, error) {
	if _, err := voicespec(); err != nil { // makes the folder
		return "", err
	}
	binary := filepath.Join(buildDir, "k6")
	out, err := exec.Command("go", "build", "-C", "../k6", "-o", binary, "./cmd/k6").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build k6: %w\n%s", err, out)
	}
	return binary, nil
})

func needK6(t *testing.T) string {
	t.Helper()
	if os.Getenv("VOICESPEC_K6") == "" {
		t.Skip("compiles k6, which takes minutes: make ktest runs this")
	}
	binary, err := k6()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// tested starts a reference server and writes its target file and a script into a folder.
func tested(t *testing.T, o reference.Options, stations int, script string) (dir string) {
	t.Helper()
	server, target, err := embedded.Start(o, stations)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	dir = t.TempDir()
	var text strings.Builder
	fmt.Fprintf(&text, "target: %s\nstations:\n", target.URL)
	for _, s := range target.Stations {
		fmt.Fprintf(&text, "  - agent: {user: %s, password: %s, number: %q}\n    caller: {user: %s, password: %s, number: %q}\n"+
			"    destination: {user: %s, password: %s, number: %q}\n", s.Agent.User, s.Agent.Password, s.Agent.Number,
			s.Caller.User, s.Caller.Password, s.Caller.Number, s.Destination.User, s.Destination.Password, s.Destination.Number)
	}
	for name, content := range map[string]string{"voicespec.yaml": text.String(), "script.js": script} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// run runs the script of a folder and returns what k6 printed, and its exit code.
func run(t *testing.T, binary, dir string, args ...string) (string, int) {
	t.Helper()
	c := exec.CommandContext(t.Context(), binary, append([]string{"run", "--no-usage-report", "--address", ""}, append(args, "script.js")...)...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	if c.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), c.ProcessState.ExitCode()
}

// crossed is the exit code of k6 where a threshold was crossed.
const crossed = 99

// The examples pass on a correct server, and log everybody off.
func TestK6Examples(t *testing.T) {
	t.Parallel()
	binary := needK6(t)
	for _, name := range []string{"transfer.js", "ramp.js", "operations.js"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := tested(t, reference.Options{}, 2, string(readFile(t, "docs/examples/load/"+name)))
			out, code := run(t, binary, dir, "-e", "TARGET=voicespec.yaml", "-e", "STATIONS=2", "-e", "DURATION=2s", "-e", "RATE=60")
			if code != 0 || strings.Contains(out, "left behind") || strings.Contains(out, "level=error") {
				t.Errorf("exit code %d\n%s", code, out)
			}
			if name == "transfer.js" && (!strings.Contains(out, "TRANSFER-3 Held of the original") || !strings.Contains(out, "voicespec_notification_delay")) {
				t.Errorf("checks are not named by their requirement\n%s", out)
			}
		})
	}
}

// A server that breaks a rule crosses the threshold, and of so many failures as were asked for the recording is kept, in
// which verify finds the same.
func TestK6Finds(t *testing.T) {
	t.Parallel()
	binary := needK6(t)
	dir := tested(t, reference.Options{Fault: "held-after-dialing"}, 1, `
import { target, play } from 'k6/x/voicespec';
target({ config: open('voicespec.yaml'), evidence: 'evidence', keep: 2 });
export const options = { iterations: 4, thresholds: { checks: ['rate==1'], 'voicespec_findings{requirement:TRANSFER-3}': ['count<1'] } };
export default function () { console.log(play('transfer.sample-2').failed.map((f) => f.id).join(' ')); }
`)
	out, code := run(t, binary, dir)
	if code != crossed || !strings.Contains(out, "transfer.sample-2.held-before-dialing") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	kept, err := filepath.Glob(filepath.Join(dir, "evidence", "failed-*.ndjson"))
	if err != nil || len(kept) != 2 {
		t.Fatalf("kept: %v, %v\n%s", kept, err, out)
	}
	saved, err := os.Open(kept[0])
	if err != nil {
		t.Fatal(err)
	}
	defer saved.Close()
	verified, err := suites.Verify(t.Context(), saved, engine.Options{Globs: []string{"transfer.sample-2"}})
	if err != nil {
		t.Fatal(err)
	}
	var failed []string
	for _, c := range verified.Report.Checks {
		if c.Outcome == result.Failed {
			failed = append(failed, c.ID)
		}
	}
	if !slices.Equal(failed, []string{"transfer.sample-2.held-before-dialing"}) {
		t.Errorf("verify finds %v", failed)
	}
}

// What is asked for wrongly is said in one sentence, with what to do.
func TestK6Refuses(t *testing.T) {
	t.Parallel()
	binary := needK6(t)
	for script, says := range map[string]string{
		`import { play } from 'k6/x/voicespec'; export default function () { play('transfer.sample-2'); }`:                                       "there is no target",
		`import { target } from 'k6/x/voicespec'; target({ conf: '' }); export default function () {}`:                                           "target() knows no",
		`import { target } from 'k6/x/voicespec'; target('stations: []'); export default function () {}`:                                         "target",
		`import { target, play } from 'k6/x/voicespec'; target(open('voicespec.yaml')); export default function () { play('transfer.sample'); }`: "did you mean",
		`import { target, play } from 'k6/x/voicespec'; target(open('voicespec.yaml')); export const options = { vus: 2, iterations: 9 };
		export default function () { play('transfer.sample-2'); }`: "there is no station 2",
	} {
		if out, _ := run(t, binary, tested(t, reference.Options{}, 1, script)); !strings.Contains(out, says) {
			t.Errorf("%s\nsays\n%s", script, out)
		}
	}
}

// Two processes that share a run, as k6-operator starts them, share the stations: each takes its own, and nobody is taken twice.
func TestK6Segments(t *testing.T) {
	t.Parallel()
	binary := needK6(t)
	dir := tested(t, reference.Options{}, 6, `
import { target, station } from 'k6/x/voicespec';
target(open('voicespec.yaml'));
export const options = { scenarios: { all: { executor: 'per-vu-iterations', vus: 6, iterations: 2 } }, thresholds: { checks: ['rate==1'] } };
export default function () {
  const s = station();
  console.log('station=' + s.number + '.');
  s.play('transfer.sample-2');
}
`)
	var mu sync.Mutex
	taken := map[string][]string{}
	var wg sync.WaitGroup
	for _, segment := range []string{"0:1/2", "1/2:1"} {
		wg.Go(func() {
			out, code := run(t, binary, dir, "--execution-segment="+segment, "--execution-segment-sequence=0,1/2,1")
			if code != 0 {
				t.Errorf("segment %s: exit code %d\n%s", segment, code, out)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, m := range regexp.MustCompile(`station=(\d+)\.`).FindAllStringSubmatch(out, -1) {
				if !slices.Contains(taken[m[1]], segment) {
					taken[m[1]] = append(taken[m[1]], segment)
				}
			}
		})
	}
	wg.Wait()
	share := map[string]int{}
	for station, segments := range taken {
		if len(segments) != 1 {
			t.Errorf("station %s is taken by %v", station, segments)
		}
		share[segments[0]]++
	}
	if len(taken) != 6 || share["0:1/2"] != 3 {
		t.Errorf("stations: %v", taken)
	}
}

// testRun is what k6-operator's TestRun is made of, as far as ours uses it.
type testRun struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct{ Name string }
	Spec       struct {
		Parallelism int
		Separate    bool
		Cleanup     string
		Arguments   string
		Script      struct {
			ConfigMap struct{ Name, File string } `yaml:"configMap"`
		}
		Runner struct {
			Image                        string
			AutomountServiceAccountToken string         `yaml:"automountServiceAccountToken"` // a text there
			SecurityContext              map[string]any `yaml:"securityContext"`
			Resources                    struct {
				Requests, Limits map[string]string
			}
			VolumeMounts []struct {
				Name      string
				MountPath string `yaml:"mountPath"`
				ReadOnly  bool   `yaml:"readOnly"`
			} `yaml:"volumeMounts"`
			Volumes []struct {
				Name   string
				Secret *struct {
					SecretName  string `yaml:"secretName"`
					DefaultMode int    `yaml:"defaultMode"`
				}
				EmptyDir *struct {
					SizeLimit string `yaml:"sizeLimit"`
				} `yaml:"emptyDir"`
			}
		}
	}
}

func TestTestRun(t *testing.T) {
	t.Log("testrun.yaml is read strictly, not executed")
	var run testRun
	if err := yaml.UnmarshalWithOptions(readFile(t, "docs/examples/load/testrun.yaml"), &run, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	if run.APIVersion != "k6.io/v1alpha1" || run.Kind != "TestRun" || run.Spec.Parallelism < 2 || run.Spec.Cleanup != "post" {
		t.Errorf("%+v", run)
	}
	script := string(readFile(t, "docs/examples/load/"+run.Spec.Script.ConfigMap.File))
	for _, m := range regexp.MustCompile(`-e (\w+)=(\S+)`).FindAllStringSubmatch(run.Spec.Arguments, -1) {
		if !strings.Contains(script, "__ENV."+m[1]) {
			t.Errorf("the script knows no %s", m[1])
		}
		mounted := false
		for _, v := range run.Spec.Runner.VolumeMounts {
			mounted = mounted || strings.HasPrefix(m[2], v.MountPath)
		}
		if strings.HasPrefix(m[2], "/") && !mounted {
			t.Errorf("%s is on no volume", m[0])
		}
	}
	for i, v := range run.Spec.Runner.VolumeMounts {
		if run.Spec.Runner.Volumes[i].Name != v.Name {
			t.Errorf("no volume %s", v.Name)
		}
	}
}
