using System.Text;
using System.Text.RegularExpressions;

namespace Skyline.Rpm;

/// <summary>
/// A capability as people ask for it: "libssl.so.3*", "libboost*.so.1.83", "perl(Foo)". "*" is any letters, "?" one. What names a shared library's
/// version also finds what is behind it in the capability: "libboost*.so.1.83" is "libboost_filesystem.so.1.83.0()(64bit)", and not "….so.1.830".
/// </summary>
public sealed class CapabilityGlob
{
    /// <summary>In letters.</summary>
    public const int Longest = 200;

    readonly Regex pattern;

    CapabilityGlob(string text, Regex pattern) => (Text, this.pattern) = (text, pattern);

    /// <summary>As somebody wrote it.</summary>
    public string Text { get; }

    /// <summary>It is a name and not a pattern.</summary>
    public bool IsName => !Text.Contains('*', StringComparison.Ordinal) && !Text.Contains('?', StringComparison.Ordinal);

    /// <returns>Null for what is none: empty, longer than <see cref="Longest"/>, or with letters that no capability has.</returns>
    public static CapabilityGlob? Of(string? text)
    {
        if (text is not { Length: > 0 and <= Longest } || text.Any(letter => char.IsControl(letter) || letter == ' ')) return null;
        var pattern = new StringBuilder(@"\A");
        foreach (var letter in text) pattern.Append(letter switch { '*' => ".*", '?' => ".", _ => Regex.Escape(letter.ToString()) });
        pattern.Append(text.Contains(".so", StringComparison.Ordinal) ? @"(?:[.(].*)?\z" : @"\z");
        return new(text, new(pattern.ToString(), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline));
    }

    /// <summary>Whether it is what a dependency asks for; of a rich one, one of the capabilities that it names.</summary>
    public bool Finds(Dependency dependency) =>
        dependency.Name.StartsWith('(') ? RichDependency.Of(dependency)?.Capabilities.Any(one => pattern.IsMatch(one.Name)) == true : pattern.IsMatch(dependency.Name);
}
