namespace Skyline.Protocol;

/// <summary>An error as the API says it (RFC 9457). Detail is the sentence: the thing, the cause and the cure.</summary>
/// <param name="Title">What HTTP calls the status: "Not Found".</param>
/// <param name="Status">Of HTTP.</param>
/// <param name="Detail">The server's sentence; null: the answer was none of Skyline's, a proxy's, say.</param>
public sealed record Problem(string? Title, int? Status, string? Detail);

/// <summary>The server refused. The message is the server's sentence.</summary>
/// <param name="status">Of HTTP: 400, 403, 404, 409 and so on.</param>
/// <param name="message">The server's sentence.</param>
public sealed class RefusedException(int status, string message) : Exception(message)
{
    /// <summary>Of HTTP.</summary>
    public int Status { get; } = status;
}
