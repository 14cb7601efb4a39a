namespace Skyline.Server.Settings;

/// <summary>The settings of ASP.NET's that may stand in server.conf beside ours: where it listens, its certificate, what it logs.</summary>
static class WebServerSettings
{
    public static readonly IReadOnlyList<string> Names =
    [
        "Urls", "AllowedHosts", "Kestrel:Certificates:Default:Path", "Kestrel:Certificates:Default:KeyPath", "Kestrel:Certificates:Default:Password", "Logging:LogLevel:Default",
    ];

    static readonly string[] below = ["Kestrel:Certificates:", "Kestrel:Endpoints:", "Kestrel:EndpointDefaults:", "Logging:"];

    public static bool Has(string key) =>
        Names.Contains(key, StringComparer.OrdinalIgnoreCase) || below.Any(start => key.StartsWith(start, StringComparison.OrdinalIgnoreCase) && key.Length > start.Length);

    public static string? WhyNot(string key, string value) =>
        key.Equals("Urls", StringComparison.OrdinalIgnoreCase) && value.Split(';').FirstOrDefault(url => !IsAddress(url.Trim())) is { } bad ? $"'{bad}' is no address to listen at: http://localhost:8420 is one, or http://0.0.0.0:8420 for all that this machine has; between two stands ;."
        : key.StartsWith("Logging:", StringComparison.OrdinalIgnoreCase) && key.Contains("LogLevel:", StringComparison.OrdinalIgnoreCase) && !Enum.GetNames<LogLevel>().Contains(value, StringComparer.OrdinalIgnoreCase) ? $"'{value}' is no level of a log: there are {string.Join(", ", Enum.GetNames<LogLevel>())}."
        : null;

    static bool IsAddress(string url)
    {
        try
        {
            return BindingAddress.Parse(url) is { Scheme: "http" or "https" };
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
