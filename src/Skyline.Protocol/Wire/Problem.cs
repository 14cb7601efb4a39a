namespace Skyline.Protocol;

/// <summary>An error as the API says it (RFC 9457). Detail is the sentence: the thing, the cause and the cure.</summary>
public sealed record Problem(string? Title, int? Status, string? Detail);

/// <summary>The server refused. The message is the server's sentence.</summary>
public sealed class RefusedException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
