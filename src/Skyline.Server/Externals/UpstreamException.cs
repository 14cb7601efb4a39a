namespace Skyline.Server.Externals;

/// <summary>An upstream is gone, or does not serve what it says that it serves. The message is a sentence without its stop that names the address.</summary>
public sealed class UpstreamException(string message, bool notFound = false, bool forbidden = false) : Exception(message)
{
    /// <summary>It answered, and said that it has no such file.</summary>
    public bool NotFound { get; } = notFound;

    /// <summary>It said that this is not for everybody, which is what some stores say of what they do not have.</summary>
    public bool Forbidden { get; } = forbidden;
}
