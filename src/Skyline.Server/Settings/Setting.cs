namespace Skyline.Server.Settings;

/// <summary>How a setting's value is written: a size may be "20 GiB", words have spaces between them.</summary>
public enum ValueKind { Text, Number, Size, YesNo, Choice, Words }

/// <summary>Where a setting is shown, in this order.</summary>
public enum SettingGroup { Instance, SigningIn, Signing, Builds, Limits, Sources, Externals, Tags, Keeping, Mail, Watching, Places }

/// <summary>One setting: what it is called in a file (`Skyline:` before it), and what it does.</summary>
/// <param name="Name">"MaxUploadBytes", "Mail:From".</param>
/// <param name="Does">For people; a sentence.</param>
public sealed record Setting(string Name, SettingGroup Group, ValueKind Kind, string Does)
{
    /// <summary>Null: it can be changed on the page, while the server runs. Otherwise why not.</summary>
    public string? Elsewhere { get; init; }

    /// <summary>Of a number or a size.</summary>
    public long Least { get; init; }
    public long Most { get; init; } = long.MaxValue;

    /// <summary>"days", "seconds"; empty: it is a count, or has none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Of a choice, and of words that are no others than these.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What is wrong with a text of any other shape; null: nothing.</summary>
    public Func<string, string?>? WhyNot { get; init; }

    /// <summary>It may have a password in it: nothing shows it, and nothing logs it.</summary>
    public bool IsSecret { get; init; }

    /// <summary>As configuration has it, wherever it is from.</summary>
    public string Key => $"Skyline:{Name}";

    /// <summary>As the environment has it.</summary>
    public string Variable => $"Skyline__{Name.Replace(":", "__", StringComparison.Ordinal)}";
}
