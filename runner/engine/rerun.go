package engine

import "fmt"

// rerun is the command that runs just one check again.
func rerun(o Options, id string) string {
	cmd := "voicespec run --run " + id
	if t := o.Target; t != nil && !o.Reference {
		if t.File != "" {
			cmd += " --config " + t.File
		}
		cmd += " --target " + t.URL
	}
	if o.Fault != "" {
		cmd += " --fault " + o.Fault
	}
	if o.Variation != "" {
		cmd += " --variation " + o.Variation
	}
	if o.Seed != 0 {
		cmd += fmt.Sprintf(" --seed %d", o.Seed)
	}
	return cmd
}
