/** Those to choose from: the first is taken when the bytes fit it, the second when they do not. */
export const ENCODINGS = ["utf-8", "windows-1252", "utf-16le", "utf-16be"];
