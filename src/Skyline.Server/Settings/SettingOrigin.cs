using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace Skyline.Server.Settings;

public enum OriginKind { Default, Page, File, Environment, CommandLine, Other }

/// <param name="Place">The file's path, the variable's name; empty: there is no more to say.</param>
public sealed record SettingOrigin(OriginKind Kind, string Place);

/// <summary>Which source of configuration a value is from: the last one that has it wins, as in the framework.</summary>
static class ConfiguredIn
{
    /// <returns>Null: none has it.</returns>
    public static SettingOrigin? Of(IConfiguration configuration, Setting setting)
    {
        var key = $"Skyline:{setting.Name}";
        foreach (var provider in (configuration as IConfigurationRoot)?.Providers.Reverse() ?? [])
        {
            if (!provider.TryGet(key, out _) && !provider.GetChildKeys([], key).Any()) continue;
            return provider switch
            {
                EnvironmentVariablesConfigurationProvider => new(OriginKind.Environment, setting.Variable),
                CommandLineConfigurationProvider => new(OriginKind.CommandLine, $"--{key}"),
                FileConfigurationProvider file => new(OriginKind.File, file.Source.Path ?? ""),
                _ => new(OriginKind.Other, ""),
            };
        }
        return null;
    }
}
