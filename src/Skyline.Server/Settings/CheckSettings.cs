using Microsoft.Extensions.Configuration.CommandLine;
using Skyline.Shared;

namespace Skyline.Server.Settings;

/// <summary>What is wrong with what is configured, wherever it is from: each with its place and its cure. A setting that is misspelt, and so not in force, is worse than none.</summary>
static class CheckSettings
{
    const string Root = "Skyline";

    public static IEnumerable<string> Wrong(IConfigurationRoot configuration) =>
        configuration.Providers.SelectMany(provider => ConfiguredIn.Leaves(provider, Root).Where(key => key.Length > Root.Length).OrderBy(key => (provider as ServerFile)?.LineOf(key) ?? 0).Select(key => Ours(provider, key)).Concat(Framework(provider))).OfType<string>().Distinct();

    static string? Ours(IConfigurationProvider provider, string key)
    {
        provider.TryGet(key, out var value);
        var name = key[(Root.Length + 1)..];
        if (Find(name) is not { } setting) return $"{Place(provider, key)}: there is no setting '{name}'.{SettingsText.DidYouMean(name, KnownSettings.All.Select(one => one.Name).Concat(WebServerSettings.Names))}";
        // Its bounds keep who sets something for years from a slip; who tries something out by hand knows what they do.
        var bounded = provider is not CommandLineConfigurationProvider;
        return WhyNot(setting, name, value ?? "", bounded) is { } why ? $"{Place(provider, key)}: '{(setting.IsSecret ? "…" : Shortened(value))}' is no value of {setting.Name}. {FormattableString.Invariant(why)}" : null;
    }

    /// <summary>An item of a list is its list's: `ExportTags:0`, `Oidc:Roles:packager:0`.</summary>
    static Setting? Find(string name) =>
        KnownSettings.Find(name) is { } exact ? exact
        : KnownSettings.All.FirstOrDefault(one => (one.Kind == ValueKind.Words || ReadValue.IsLists(one)) && name.StartsWith(one.Name + ":", StringComparison.OrdinalIgnoreCase) && IsItem(one, name[(one.Name.Length + 1)..].Split(':')));

    static bool IsItem(Setting setting, string[] parts) => ReadValue.IsLists(setting) ? parts.Length is 1 || parts.Length is 2 && IsNumber(parts[1]) : parts.Length is 1 && IsNumber(parts[0]);

    static bool IsNumber(string text) => text.Length is > 0 and < 6 && text.All(char.IsAsciiDigit);

    static FormattableString? WhyNot(Setting setting, string name, string value, bool bounded) =>
        ReadValue.IsLists(setting) ? name.Equals(setting.Name, StringComparison.OrdinalIgnoreCase) ? ListsAlone(setting) : null
        : setting.Kind == ValueKind.Words && !name.Equals(setting.Name, StringComparison.OrdinalIgnoreCase) && setting.Choices.Count == 0 && setting.WhyNot is null ? null
        : ReadValue.Of(setting, value, bounded).Why;

    static FormattableString ListsAlone(Setting setting) => $"It is a list for each: write {setting.Name}:NAME = VALUE ….";

    static IEnumerable<string?> Framework(IConfigurationProvider provider) =>
        provider is not ServerFile file ? [] : new[] { "Urls", "Logging" }.SelectMany(root => ConfiguredIn.Leaves(provider, root)).Select(key => file.TryGet(key, out var value) && WebServerSettings.WhyNot(key, value ?? "") is { } why ? $"{file.PlaceOf(key)}: {why}" : null);

    static string Place(IConfigurationProvider provider, string key) => ConfiguredIn.Origin(provider, key) switch
    {
        { Kind: OriginKind.Environment } variable => $"The environment's {variable.Place}",
        { Kind: OriginKind.CommandLine } option => $"The command line's {option.Place}",
        { Kind: OriginKind.File } file when provider is not ServerFile => $"{file.Place}, {key}",
        { Place.Length: > 0 } place => place.Place,
        _ => key,
    };

    /// <summary>What is in a place for something else may be a secret: a little of it says which it is.</summary>
    static string Shortened(string? value) => value is { Length: > 40 } ? value[..40] + "…" : value ?? "";
}
