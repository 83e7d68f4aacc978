import BatonClient

/// Pages of one sentence.
extension Frame {
    /// What went wrong, and the way back.
    func failure(_ title: String, _ message: String, back: String = "/") -> HTML {
        page(
            title,
            """
            <div class="headline"><h1>\(title)</h1></div><p class="failure" role="alert">\(HTML(sentence: message))</p>\
            <p><a href="\(back)">Go back</a></p>
            """)
    }

    func login(wasWrong: Bool) -> HTML {
        let wrong: HTML = wasWrong ? "<p class=\"failure\" role=\"alert\">That is not the token.</p>" : ""
        return page(
            "Sign in",
            """
            <div class="headline"><h1>Sign in</h1></div>\(wrong)\
            <form method="post" action="/login" class="login">\(proof)<label>Token \
            <input type="password" name="token" required autocomplete="current-password" maxlength="1000"></label>\
            <button type="submit">Sign in</button></form>\
            <p class="what">The token is the one that <code>baton dashboard</code> was started with.</p>
            """)
    }
}
