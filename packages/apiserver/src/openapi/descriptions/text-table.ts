/** What a person is told of a struct and of its fields; `self` is the struct as a whole. */
export type TextTable = Readonly<Record<string, Readonly<Record<string, string>>>>;
