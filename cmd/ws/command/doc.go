// Package command is what the commands of ws have in common. It gets their table
// from main, and imports none of them.
//
//	command.go      Command: its name, its flags in groups, its help
//	values.go       flags that several commands have a use for: lists, numbers with bounds
//	environment.go  Environment: what a command has to do with besides its arguments
//	exit.go         exit statuses, and the errors that choose them
//	line.go         an error as a line for users: flags where the library says options
//	table.go        Table: all commands, and how one is run
//	help.go, manual.go  what they say of themselves
//	shell_unix.go and others  Shell: how a command line of a flag is run
//	completion.go   ws completion, with a file for each shell
package command
