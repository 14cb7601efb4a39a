using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Skyline.Server.Settings;

/// <summary>What somebody wrote for a setting, as its value, and a value as they would write it. Pure.</summary>
static partial class ReadValue
{
    const int Longest = 4000;

    /// <returns>The value as the setting's property has it; or why it is none.</returns>
    /// <param name="bounded">False: any number is taken that it can hold.</param>
    public static (object? Value, FormattableString? Why) Of(Setting setting, string text, bool bounded = true)
    {
        if (text.Length > Longest) return (null, $"That is too long.");
        var trimmed = text.Trim();
        return setting.Kind switch
        {
            ValueKind.Number => Bounded(setting, bounded, long.TryParse(trimmed.Replace(",", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null, $"A number is wanted, in digits."),
            ValueKind.Size => Bounded(setting, bounded, Size(trimmed), $"A size is wanted, such as 512 MiB or 20 GiB."),
            ValueKind.YesNo => bool.TryParse(trimmed, out var yes) ? (yes, null) : (null, $"It is true or false."),
            ValueKind.Choice => setting.Choices.FirstOrDefault(choice => choice.Equals(trimmed, StringComparison.OrdinalIgnoreCase)) is { } chosen ? (Enum.Parse(PropertyOf(setting).PropertyType, chosen), null) : (null, OneOf(setting)),
            ValueKind.Words => Words(setting, trimmed),
            _ => setting.WhyNot?.Invoke(trimmed) is { } why ? (null, Plain(why)) : (trimmed, null),
        };
    }

    static (object?, FormattableString?) Bounded(Setting setting, bool bounded, long? number, FormattableString wanted) =>
        number is not { } some ? (null, wanted)
        : bounded && (some < setting.Least || some > setting.Most) || some > int.MaxValue && PropertyOf(setting).PropertyType == typeof(int) ? (null, $"It is from {Shown(setting, setting.Least)} to {Shown(setting, setting.Most)}.")
        : PropertyOf(setting).PropertyType is var type && type == typeof(int) ? ((int)some, null) : type == typeof(double) ? ((double)some, null) : (some, null);

    static (object?, FormattableString?) Words(Setting setting, string text)
    {
        if (setting.WhyNot?.Invoke(text) is { } why) return (null, Plain(why));
        var words = text.Split((char[])[' ', ',', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries).Distinct().ToArray();
        return setting.Choices.Count > 0 && words.Any(word => !setting.Choices.Contains(word)) ? (null, OneOf(setting)) : (words, null);
    }

    static FormattableString Plain(string sentence) => FormattableStringFactory.Create(sentence);

    static FormattableString OneOf(Setting setting) => $"There are {string.Join(", ", setting.Choices)}.";

    static long? Size(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var exact) ? exact
        : Sized().Match(text) is { Success: true } match && double.TryParse(match.Groups[1].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && number * Unit(match.Groups[2].Value) is var bytes && bytes < 1L << 60 ? (long)bytes : null;

    static double Unit(string letter) => letter.ToUpperInvariant() switch { "K" => 1L << 10, "M" => 1L << 20, "G" => 1L << 30, "T" => 1L << 40, _ => 1 };

    /// <summary>As it would be written.</summary>
    public static string Shown(Setting setting, object? value) => value switch
    {
        null => "",
        string { Length: > 0 } when setting.IsSecret => "…",
        bool yes => yes ? "true" : "false",
        string[] words => string.Join(' ', words),
        Dictionary<string, string[]> lists => string.Join("; ", lists.Select(list => $"{list.Key}: {string.Join(' ', list.Value)}")),
        long bytes when setting.Kind == ValueKind.Size => Exact(bytes),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>In the largest unit that it is a whole number of.</summary>
    static string Exact(long bytes) => (bytes % (1L << 30), bytes % (1L << 20), bytes % (1L << 10)) switch
    {
        _ when bytes == 0 => "0",
        (0, _, _) => $"{bytes >> 30} GiB",
        (_, 0, _) => $"{bytes >> 20} MiB",
        (_, _, 0) => $"{bytes >> 10} KiB",
        _ => $"{bytes}",
    };

    public static object? Get(SkylineSettings settings, Setting setting) => PropertyOf(setting).GetValue(Holder(settings, setting));

    public static void Set(SkylineSettings settings, Setting setting, object value) => PropertyOf(setting).SetValue(Holder(settings, setting), value);

    static object Holder(SkylineSettings settings, Setting setting) =>
        setting.Name.Split(':')[..^1].Aggregate((object)settings, (holder, part) => holder.GetType().GetProperty(part)!.GetValue(holder)!);

    public static bool IsLists(Setting setting) => PropertyOf(setting).PropertyType == typeof(Dictionary<string, string[]>);

    static PropertyInfo PropertyOf(Setting setting) =>
        setting.Name.Split(':') is var parts && parts.Length == 1 ? typeof(SkylineSettings).GetProperty(parts[0])! : typeof(SkylineSettings).GetProperty(parts[0])!.PropertyType.GetProperty(parts[1])!;

    [GeneratedRegex(@"^([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*(?:([KMGTkmgt])(?:i?[Bb])?|[Bb])?$")]
    private static partial Regex Sized();
}
