namespace Skyline.Rpm;

/// <summary>The reader's one error: a file is not the RPM it claims to be. The message is a sentence for the packager.</summary>
public sealed class BadRpmException(string message, Exception? inner = null) : Exception(message, inner);
