using Microsoft.Extensions.Configuration.CommandLine;

namespace Skyline.Server.Settings;

/// <summary>Settings that are unknown or wrong; trying again mends nothing.</summary>
sealed class WrongSettingsException(string message) : InvalidOperationException(message)
{
    /// <summary>As sysexits.h has it, so that systemd does not try again.</summary>
    public const int ExitCode = 78;
}

/// <summary>The settings as the server file, the environment and the command line say them; of a list, whoever goes first says all of it.</summary>
static class ReadSettings
{
    /// <exception cref="WrongSettingsException">Some are unknown or wrong; all of them are said.</exception>
    public static SkylineSettings Of<T>(T configuration) where T : IConfigurationBuilder, IConfigurationRoot
    {
        var wrong = new List<string>();
        ServerFile.AddTo(configuration, wrong);
        wrong.AddRange(CheckSettings.Wrong(configuration));
        if (wrong.Count > 0) throw new WrongSettingsException($"{(wrong.Count == 1 ? "a setting is" : $"{wrong.Count} settings are")} wrong.\n{string.Join('\n', wrong.Select(one => $"  {one}"))}");
        var settings = new SkylineSettings();
        foreach (var setting in KnownSettings.All)
            if (ConfiguredIn.Winner(configuration, setting.Key) is { } provider && Value(provider, setting, settings) is { } value) ReadValue.Set(settings, setting, value);
        return settings;
    }

    /// <summary>For the commands that are run on the host beside the server: the same file, and what their caller says.</summary>
    public static (SkylineSettings Settings, IConfiguration Configuration) OnHost(string[] args)
    {
        var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables().AddCommandLine(args);
        return (Of(configuration), configuration);
    }

    static object? Value(IConfigurationProvider provider, Setting setting, SkylineSettings usual)
    {
        if (ReadValue.IsLists(setting)) return Lists(provider, setting);
        if (setting.Kind != ValueKind.Words) return provider.TryGet(setting.Key, out var text) ? ReadValue.Of(setting, text ?? "", bounded: provider is not CommandLineConfigurationProvider).Value : null;
        var words = Words(provider, setting.Key);
        // Fedora's lookaside cache stays, before what is added to it.
        return (setting.Name == nameof(SkylineSettings.Lookasides) ? usual.Lookasides.Concat(words) : words).Distinct().ToArray();
    }

    static IEnumerable<string> Words(IConfigurationProvider provider, string key) =>
        provider.TryGet(key, out var line) && line is not null ? line.Split((char[])[' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries)
        : provider.GetChildKeys([], key).Distinct(StringComparer.OrdinalIgnoreCase).OrderBy(child => int.TryParse(child, out var number) ? number : int.MaxValue)
            .Select(child => provider.TryGet($"{key}:{child}", out var word) ? word : null).OfType<string>();

    static Dictionary<string, string[]> Lists(IConfigurationProvider provider, Setting setting) =>
        provider.GetChildKeys([], setting.Key).Distinct(StringComparer.OrdinalIgnoreCase).ToDictionary(name => name, name => Words(provider, $"{setting.Key}:{name}").ToArray());
}
