namespace Skyline.Server.Shell;

/// <summary>Sentences that are made before it is known who reads them: English, with what stands in its places. Pages say them in the reader's language (<see cref="Words.Say"/>), API and command line in English.</summary>
static class InEnglish
{
    public static string English(this FormattableString said) => FormattableString.Invariant(said);
}
