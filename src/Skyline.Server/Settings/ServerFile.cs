using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Skyline.Shared;

namespace Skyline.Server.Settings;

/// <summary>
/// The file of settings, `/etc/skyline/server.conf` unless SKYLINE_CONFIG or --config names another: `Name = value`, a line each, and the web server's own (Urls, Kestrel:…, Logging:…)
/// beside them. The environment and the command line go before it; it goes before appsettings.json.
/// </summary>
sealed class ServerFile : ConfigurationProvider, IConfigurationSource
{
    public const string Usual = "/etc/skyline/server.conf", Variable = "SKYLINE_CONFIG";

    static readonly string[] listens = ["ASPNETCORE_URLS", "DOTNET_URLS"];

    readonly Dictionary<string, int> lines = new(StringComparer.OrdinalIgnoreCase);

    ServerFile(string path, IEnumerable<SettingLine> settings)
    {
        Path = path;
        foreach (var setting in settings)
        {
            var key = WebServerSettings.Has(setting.Key) ? setting.Key : $"Skyline:{setting.Key}";
            (Data[key], lines[key]) = (setting.Value, setting.Line);
        }
    }

    public string Path { get; }

    public int LineOf(string key) => lines.GetValueOrDefault(key);

    public string PlaceOf(string key) => lines.TryGetValue(key, out var line) ? $"{Path}, line {line}" : Path;

    public override void Load() { }

    IConfigurationProvider IConfigurationSource.Build(IConfigurationBuilder builder) => this;

    /// <summary>Puts it where it belongs among the sources.</summary>
    /// <param name="wrong">What is wrong with its lines comes here.</param>
    public static void AddTo<T>(T configuration, ICollection<string> wrong) where T : IConfigurationBuilder, IConfiguration
    {
        var named = configuration["config"] ?? Environment.GetEnvironmentVariable(Variable);
        var path = named is { Length: > 0 } ? System.IO.Path.GetFullPath(named) : Usual;
        var file = new ServerFile(path, SettingsFile.Read(path, named is { Length: > 0 }, wrong));
        // The framework reads these before any file; they are the environment's word for all that.
        if (listens.Any(variable => Environment.GetEnvironmentVariable(variable) is { Length: > 0 })) file.Data.Remove("Urls");
        var at = configuration.Sources.Select((source, index) => (source, index)).LastOrDefault(one => one.source is EnvironmentVariablesConfigurationSource { Prefix: null or "" });
        configuration.Sources.Insert(at.source is null ? configuration.Sources.Count : at.index, file);
    }
}
