using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace Skyline.Server.Settings;

public enum OriginKind { Default, Page, File, Environment, CommandLine, Other }

/// <param name="Place">The file's path and line, the variable's name; empty: there is no more to say.</param>
public sealed record SettingOrigin(OriginKind Kind, string Place);

/// <summary>Which source of configuration a value is from: the last one that has it wins, as in the framework.</summary>
static class ConfiguredIn
{
    /// <returns>Null: none has it.</returns>
    public static SettingOrigin? Of(IConfiguration configuration, Setting setting) =>
        Winner(configuration, setting.Key) is { } provider ? Origin(provider, provider.TryGet(setting.Key, out _) ? setting.Key : Leaves(provider, setting.Key).Order(StringComparer.Ordinal).First()) : null;

    public static IConfigurationProvider? Winner(IConfiguration configuration, string key) =>
        ((configuration as IConfigurationRoot)?.Providers ?? []).Reverse().FirstOrDefault(provider => Leaves(provider, key).Any());

    /// <summary>All keys at or below one that have values.</summary>
    public static IEnumerable<string> Leaves(IConfigurationProvider provider, string key)
    {
        var below = provider.GetChildKeys([], key).Distinct(StringComparer.OrdinalIgnoreCase).SelectMany(child => Leaves(provider, $"{key}:{child}"));
        return provider.TryGet(key, out var value) && value is not null ? below.Prepend(key) : below;
    }

    public static SettingOrigin Origin(IConfigurationProvider provider, string key) => provider switch
    {
        ServerFile file => new(OriginKind.File, file.PlaceOf(key)),
        EnvironmentVariablesConfigurationProvider => new(OriginKind.Environment, key.Replace(":", "__", StringComparison.Ordinal)),
        CommandLineConfigurationProvider => new(OriginKind.CommandLine, $"--{key}"),
        FileConfigurationProvider json => new(OriginKind.File, json.Source.Path ?? ""),
        _ => new(OriginKind.Other, ""),
    };
}
