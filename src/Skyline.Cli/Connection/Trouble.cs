using System.Net.Sockets;
using System.Text.Json;
using Skyline.Protocol;

namespace Skyline.Cli.Connection;

/// <summary>What went wrong between here and the server, told purely: which code, which sentence, and whether to try again.</summary>
static class Trouble
{
    /// <summary>The connection or the server broke; the request as such was right. Another try may do.</summary>
    public static bool MayPass(Exception e) => e switch
    {
        RefusedException refused => refused.Status >= 500,
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => false,
        HttpRequestException or IOException or SocketException or TimeoutException => true,
        _ => false,
    };

    /// <summary>Null: the exception is none of the expected ones.</summary>
    public static (ExitCode Code, string Sentence)? Tell(Exception e, Uri? server)
    {
        var at = server is null ? "the server" : ServerAddress.Shown(server);
        return e switch
        {
            StopException stop => (stop.Code, stop.Message),
            WaitsForApprovalException waits => (ExitCode.Waits, waits.Message),
            RefusedException { Status: 401 } refused => (ExitCode.Refused, $"{refused.Message} Log in with a token that is valid there: skyline login {at}"),
            RefusedException { Status: >= 500 } refused => (ExitCode.Unreachable, refused.Message),
            RefusedException refused => (ExitCode.Refused, refused.Message),
            HttpRequestException or IOException or SocketException or TimeoutException => (ExitCode.Unreachable, $"Cannot reach {at}: {Cause(e)}"),
            JsonException or NotSupportedException => (ExitCode.Unreachable, $"{at} does not answer as a Skyline server does; check the address (and the proxy, if there is one)."),
            _ => null,
        };
    }

    /// <summary>The cause in words, with the cure where there is one.</summary>
    public static string Cause(Exception e) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name is not known; check the address.",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => $"its certificate is not trusted ({Innermost(e)}); log in with --ca FILE or --ca-fingerprint SHA256 if the server has an authority of its own, or add its authority to this system's.",
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => $"the proxy refused ({Innermost(e)}); check https_proxy and no_proxy.",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "its answer is too large to be true.",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => $"{Innermost(e)}; is the server running there?",
        TimeoutException => $"{e.Message}.",
        RefusedException => e.Message,
        _ => $"the connection broke ({Innermost(e)}); try again.",
    };

    static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e.Message.TrimEnd('.');
    }
}
