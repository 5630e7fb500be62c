package engine

import "fmt"

// rerun is the command that runs just one check again.
func (j *jury) rerun(id string) string {
	cmd := "voicespec run --run " + id
	if t := j.options.Target; t != nil && !j.options.Reference {
		if t.File != "" {
			cmd += " --config " + t.File
		}
		cmd += " --target " + t.URL
	}
	if j.options.Fault != "" {
		cmd += " --fault " + j.options.Fault
	}
	if j.options.Variation != "" {
		cmd += " --variation " + j.options.Variation
	}
	if j.options.Seed != 0 {
		cmd += fmt.Sprintf(" --seed %d", j.options.Seed)
	}
	return cmd
}
