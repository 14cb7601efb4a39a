namespace Skyline.Server.People;

/// <summary>Why a sign-in was refused, by the word in the page's address: sentences of ours, so that no address puts another's onto the page.</summary>
static class WhyRefused
{
    /// <param name="provider">What the OpenID Connect provider is called.</param>
    public static string Of(string word, string provider) => word switch
    {
        "builder" => "That is a builder's token: builders build, people sign in. Take your own.",
        "wrong" => "There is nobody of that name with that password here, or they may sign in no more. Who forgot theirs asks an administrator for a new link.",
        "late" => SecondFactors.FinishSignIn.Over.Sentence,
        "passkey" => "That passkey is not known here, was not made for this server, or came too late: try it again, or sign in another way and look at the passkeys on /me.",
        "no-passkeys" => Passkeys.RelyingParty.WhyNone,
        "provider-away" => $"{provider} cannot be reached from this server at this moment, so nobody was signed in. Try it again later, or sign in another way.",
        "provider-denied" => $"You, or {provider}, said no, so nobody was signed in.",
        "provider-browser" => $"What came back from {provider} was not begun in this browser within ten minutes, so nobody was signed in: begin again here.",
        "provider-issuer" => $"{provider} answered in another's name (its issuer is not what this server is set to), so nobody was signed in. Tell an administrator.",
        "provider-audience" => $"{provider} answered with a token that is for another client, so nobody was signed in. Tell an administrator.",
        "provider-time" => $"{provider} answered with a token whose time is over or not there yet, so nobody was signed in. Are the clocks of both right?",
        "provider-signature" => $"{provider} answered with a token that it did not sign, so nobody was signed in. Tell an administrator: somebody may be between the two.",
        "provider-nonce" => $"{provider} answered with a token that was not made for this sign-in, so nobody was signed in. Begin again; if it stays, tell an administrator.",
        "provider-answer" => $"{provider} answered with something that is no answer to a sign-in, so nobody was signed in; the server's log says what was wrong.",
        _ => "Nobody here has that token. Is it another server's, or cut short?",
    };
}
