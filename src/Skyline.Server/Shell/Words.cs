using System.Globalization;

namespace Skyline.Server.Shell;

/// <summary>
/// What pages say, in the reader's language. The English sentence is the key of its translations, so that a page reads as what it shows and the English is
/// complete by itself; a sentence without a translation is said in English. One for each request and each circuit.
/// </summary>
public sealed class Words(Languages languages)
{
    Func<string, string> translate = english => english;

    /// <summary>As in the attribute <c>lang</c>: "en", "de".</summary>
    public string Language { get; private set; } = Languages.English;

    public string this[string english] => translate(english);

    /// <param name="with">For {0}, {1} …; numbers and dates of pages are written by <see cref="When"/> and <see cref="Sizes"/>, alike in all languages.</param>
    public string this[string english, params object?[] with] => string.Format(CultureInfo.InvariantCulture, translate(english), with);

    /// <summary>"1 build", "5 builds": {0} is the number in both.</summary>
    public string Count(long number, string one, string more) => this[number == 1 ? one : more, number];

    /// <summary>A sentence that was made elsewhere; what of its parts is one itself is said in the reader's language, too.</summary>
    public string Say(FormattableString said) => said.Format.Length == 0 ? "" : this[said.Format, [.. said.GetArguments().Select(part => part is FormattableString inner ? Say(inner) : part)]];

    /// <summary>A language that there is none of is English.</summary>
    public void Speak(string? language)
    {
        (Language, translate) = languages.Find(language);
    }
}
