"""Addresses of staff sign-in, under /staff/. Names as allauth looks them up."""

from django.urls import path

from agencies import views

urlpatterns = [
    path("login/", views.sign_in, name="account_login"),
    path("login/code/", views.sign_in_code, name="mfa_authenticate"),
    path("logout/", views.sign_out, name="account_logout"),
    path("code/", views.set_up_code, name="mfa_activate_totp"),
    path("code/picture/", views.set_up_picture, name="staff_code_picture"),
    path("confirm/", views.confirm_it_is_you, name="staff_confirm"),
    path("password/", views.change_own_password, name="staff_password"),
]
