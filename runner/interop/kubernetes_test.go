package interop_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What the examples use of Kubernetes' objects (batch/v1, core/v1), decoded strictly.

type meta struct {
	Name   string
	Labels map[string]string
}

type claim struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   meta
	Spec       struct {
		AccessModes []string `yaml:"accessModes"`
		Resources   struct{ Requests map[string]string }
	}
}

type job struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   meta
	Spec       struct {
		CompletionMode          string `yaml:"completionMode"`
		Completions             int
		Parallelism             int
		BackoffLimit            *int `yaml:"backoffLimit"`
		BackoffLimitPerIndex    *int `yaml:"backoffLimitPerIndex"`
		ActiveDeadlineSeconds   int  `yaml:"activeDeadlineSeconds"`
		TTLSecondsAfterFinished int  `yaml:"ttlSecondsAfterFinished"`
		PodFailurePolicy        struct {
			Rules []struct {
				Action          string
				OnPodConditions []struct{ Type string } `yaml:"onPodConditions"`
				OnExitCodes     struct {
					ContainerName string `yaml:"containerName"`
					Operator      string
					Values        []int
				} `yaml:"onExitCodes"`
			}
		} `yaml:"podFailurePolicy"`
		Template struct {
			Metadata meta
			Spec     podSpec
		}
	}
}

type pod struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   meta
	Spec       podSpec
}

type podSpec struct {
	RestartPolicy                string `yaml:"restartPolicy"`
	ActiveDeadlineSeconds        int    `yaml:"activeDeadlineSeconds"`
	AutomountServiceAccountToken *bool  `yaml:"automountServiceAccountToken"`
	SecurityContext              struct {
		RunAsNonRoot   bool                  `yaml:"runAsNonRoot"`
		RunAsUser      int                   `yaml:"runAsUser"`
		RunAsGroup     int                   `yaml:"runAsGroup"`
		FSGroup        int                   `yaml:"fsGroup"`
		SeccompProfile struct{ Type string } `yaml:"seccompProfile"`
	} `yaml:"securityContext"`
	Containers []struct {
		Name, Image     string
		Args            []string
		SecurityContext struct {
			AllowPrivilegeEscalation *bool `yaml:"allowPrivilegeEscalation"`
			ReadOnlyRootFilesystem   bool  `yaml:"readOnlyRootFilesystem"`
			Capabilities             struct{ Drop []string }
		} `yaml:"securityContext"`
		Resources    struct{ Requests, Limits map[string]string }
		VolumeMounts []struct {
			Name      string
			MountPath string `yaml:"mountPath"`
			ReadOnly  bool   `yaml:"readOnly"`
		} `yaml:"volumeMounts"`
	}
	Volumes []volume
}

type volume struct {
	Name   string
	Secret struct {
		SecretName  string `yaml:"secretName"`
		DefaultMode int    `yaml:"defaultMode"`
	}
	PersistentVolumeClaim struct {
		ClaimName string `yaml:"claimName"`
	} `yaml:"persistentVolumeClaim"`
}

func TestKubernetesObjects(t *testing.T) {
	var one, many, merge job
	var results, shared claim
	var reader pod
	strictly(t, "docs/examples/kubernetes-job.yaml", &results, &one)
	strictly(t, "docs/examples/kubernetes-shares.yaml", &shared, &many)
	strictly(t, "docs/examples/kubernetes-merge.yaml", &merge)
	strictly(t, "docs/examples/kubernetes-report.yaml", &reader)
	for name, p := range map[string]podSpec{"job": one.Spec.Template.Spec, "shares": many.Spec.Template.Spec, "merge": merge.Spec.Template.Spec, "report": reader.Spec} {
		unprivileged(t, name, p)
	}
	for _, j := range []job{one, many, merge} {
		if j.APIVersion != "batch/v1" || j.Kind != "Job" || j.Spec.Template.Spec.RestartPolicy != "Never" || j.Spec.ActiveDeadlineSeconds == 0 {
			t.Errorf("%s: %+v", j.Metadata.Name, j)
		}
	}
	// A run that failed is not made again; one that was evicted is.
	for name, j := range map[string]job{"FailJob": one, "FailIndex": many} {
		rules := j.Spec.PodFailurePolicy.Rules
		if len(rules) != 2 || rules[0].Action != "Ignore" || rules[0].OnPodConditions[0].Type != "DisruptionTarget" || rules[1].Action != name ||
			rules[1].OnExitCodes.Operator != "NotIn" || !slices.Equal(rules[1].OnExitCodes.Values, []int{0}) {
			t.Errorf("%s: %+v", j.Metadata.Name, rules)
		}
	}
	s := many.Spec
	if s.CompletionMode != "Indexed" || s.Completions != 3 || s.Parallelism != 3 || s.BackoffLimitPerIndex == nil || *s.BackoffLimitPerIndex != 0 ||
		!slices.Equal(shared.Spec.AccessModes, []string{"ReadWriteMany"}) {
		t.Errorf("shares: %+v", s)
	}
	args := many.Spec.Template.Spec.Containers[0].Args
	if !slices.Contains(args, "--share=auto/3") || !slices.Contains(args, "--report-dir=/results/$(JOB_COMPLETION_INDEX)") {
		t.Errorf("shares: %v", args)
	}
	if merged := merge.Spec.Template.Spec.Containers[0].Args; len(merged) != 2+s.Completions || merged[0] != "merge" || merged[1] != "/results/0/results.json" {
		t.Errorf("merge: %v", merged)
	}
	// A Job that fails never becomes complete: both are waited for.
	for _, name := range []string{"job", "shares"} {
		text := string(readFile(t, "docs/examples/kubernetes-"+name+".yaml"))
		for _, want := range []string{"--for=condition=complete", "--for=condition=failed", "wait -n"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %s", name, want)
			}
		}
	}
}

// unprivileged holds that a pod gets along without rights, and mounts what it has.
func unprivileged(t *testing.T, name string, p podSpec) {
	t.Helper()
	user := p.SecurityContext
	if !user.RunAsNonRoot || user.RunAsUser != 65532 || user.FSGroup != 65532 || user.SeccompProfile.Type != "RuntimeDefault" ||
		p.AutomountServiceAccountToken == nil || *p.AutomountServiceAccountToken {
		t.Errorf("%s: %+v", name, user)
	}
	for _, c := range p.Containers {
		s := c.SecurityContext
		if !s.ReadOnlyRootFilesystem || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || !slices.Equal(s.Capabilities.Drop, []string{"ALL"}) {
			t.Errorf("%s: %+v", name, s)
		}
		if !regexp.MustCompile(`:\d+\.\d+\.\d+$`).MatchString(c.Image) || c.Resources.Limits["memory"] == "" {
			t.Errorf("%s: image %s, limits %v", name, c.Image, c.Resources.Limits)
		}
		for _, m := range c.VolumeMounts {
			if !slices.ContainsFunc(p.Volumes, func(v volume) bool { return v.Name == m.Name }) {
				t.Errorf("%s: no volume %s", name, m.Name)
			}
		}
	}
}
